-- kind: model
-- title: How customers behave
-- grain: one row a customer with an occasion in the window
-- definition: What tells customers apart by how they buy: how recently, how often, for how much, how evenly, from how many
--   categories, on discount or not, what they send back and through which channel. Shares are given as counted and out of
--   how many; where nothing is known, both are 0.
-- column customer_id (text): The shop's own key of the customer
-- column recency_days (days): Days from the last occasion to the as-of date
-- column frequency (count): Occasions in the window
-- column monetary (money): Net revenue in the window
-- column basket (money): Net revenue of an occasion, on average
-- column gap_pairs (count): Pairs of gaps between purchases that follow each other
-- column unevenness (share): Their mean difference as part of their sum: 0 like clockwork, 0.5 by chance
-- column category_pairs (count): Purchase days that follow each other, where the main category of both is known
-- column category_changes (count): Of them, those whose main category is another
-- column orders_of_known_price (count): Orders whose lines say whether there was a discount
-- column discounted_orders (count): Of them, those with a discount
-- column orders_placed (count): Orders
-- column returned_orders (count): Orders with a refund, and refunds that name no order; not more than orders
-- column orders_of_known_channel (count): Orders whose channel is known
-- column main_channel_orders (count): Of them, those through the channel that has most orders of all
-- column second_channel_orders (count): Of them, those through the channel with most orders after that
-- column main_channel (text): The channel with most orders
-- column second_channel (text): The one after it; unknown where there are no more than two, since the first says it all
with occasions as (
    select
        customer_key,
        on_day,
        net,
        datediff('day', lag(on_day) over (partition by customer_key order by on_day), on_day) as gap
    from counted_days
    where is_occasion and on_day >= $since
),

pairs as (
    select *, lag(gap) over (partition by customer_key order by on_day) as gap_before from occasions
),

buyers as (
    select
        customer_key,
        datediff('day', max(on_day), $as_of) as recency_days,
        count(*) as frequency,
        cast(sum(net) as double) / count(*) as basket,
        count(gap_before) as gap_pairs,
        coalesce(avg(abs(gap - gap_before) / cast(gap + gap_before as double)), 0) as unevenness
    from pairs
    group by customer_key
),

placed as (
    select customer_key, order_id, ordered_on, net, channel, category
    from counted_orders
    where not is_refund and ordered_on >= $since
),

day_categories as (
    select customer_key, ordered_on, min_by(category, row(-net, category)) as category
    from placed
    where category is not null and net > 0
    group by customer_key, ordered_on
),

followed as (
    select
        customer_key,
        category,
        lag(category) over (partition by customer_key order by ordered_on) as category_before
    from day_categories
),

variety as (
    select
        customer_key,
        count(category_before) as category_pairs,
        count(case when category <> category_before then 1 end) as category_changes
    from followed
    group by customer_key
),

-- An order is at full price only where each of its lines says so: a blank discount is not known to be none.
prices as (
    select
        customer_key,
        order_id,
        case when bool_or(discount > 0) then true when count(discount) = count(*) then false end as on_discount
    from transactions
    where kind = 'sale' and customer_key is not null and posted_on <= $as_of
    group by customer_key, order_id
),

channels as (
    select channel, row_number() over (order by count(*) desc, channel) as place
    from placed
    where channel is not null
    group by channel
),

channel_names as (
    select
        max(case when place = 1 then channel end) as main_channel,
        case when count(*) > 2 then max(case when place = 2 then channel end) end as second_channel
    from channels
),

refunded as (
    select customer_key, order_id
    from counted_orders
    where is_refund and ordered_on >= $since
    union
    select p.customer_key, p.order_id
    from placed as p
    inner join order_adjustments as a on p.customer_key = a.customer_key and p.order_id = a.order_id
    where a.is_refund and a.posted_on <= $as_of
),

returns as (
    select customer_key, count(*) as returned from refunded group by customer_key
),

ways as (
    select
        p.customer_key,
        count(*) as orders_placed,
        count(d.on_discount) as orders_of_known_price,
        count(case when d.on_discount then 1 end) as discounted_orders,
        count(p.channel) as orders_of_known_channel,
        count(case when p.channel = n.main_channel then 1 end) as main_channel_orders,
        count(case when p.channel = n.second_channel then 1 end) as second_channel_orders
    from placed as p
    cross join channel_names as n
    left join prices as d on p.customer_key = d.customer_key and p.order_id = d.order_id
    group by p.customer_key
),

customer_behaviour as (
    select
        b.customer_key,
        k.customer_id,
        cast(b.recency_days as bigint) as recency_days,
        b.frequency,
        t.net as monetary,
        b.basket,
        b.gap_pairs,
        b.unevenness,
        coalesce(v.category_pairs, 0) as category_pairs,
        coalesce(v.category_changes, 0) as category_changes,
        coalesce(w.orders_of_known_price, 0) as orders_of_known_price,
        coalesce(w.discounted_orders, 0) as discounted_orders,
        coalesce(w.orders_placed, 0) as orders_placed,
        least(coalesce(r.returned, 0), coalesce(w.orders_placed, 0)) as returned_orders,
        coalesce(w.orders_of_known_channel, 0) as orders_of_known_channel,
        coalesce(w.main_channel_orders, 0) as main_channel_orders,
        coalesce(w.second_channel_orders, 0) as second_channel_orders,
        n.main_channel,
        n.second_channel
    from buyers as b
    inner join customer_keys as k on b.customer_key = k.customer_key
    inner join customer_totals as t on b.customer_key = t.customer_key
    cross join channel_names as n
    left join variety as v on b.customer_key = v.customer_key
    left join ways as w on b.customer_key = w.customer_key
    left join returns as r on b.customer_key = r.customer_key
)

select * from customer_behaviour
order by customer_key
