-- kind: model
-- title: What is known of a customer's buying
-- grain: one row a customer in scope with a purchase occasion; as of a cut a sample of them, where they are many
-- definition: What may tell whether a customer buys again, all of it known on the as-of date: how lately, often, evenly, for
--   how much and in what way they bought, and what else happened to them. What is not known is NULL: a gap before the
--   second occasion, a share of nothing, and what is counted in a table without any row up to that day.
-- column recency (days): Days from the last occasion to the as-of date
-- column repeats (count): Occasions after the first
-- column days_known (days): Days from the first occasion to the as-of date
-- column days_to_last (days): Days from the first occasion to the last
-- column mean_gap (days): Mean of the gaps between occasions
-- column sd_gap (days): Their standard deviation; known from two gaps on
-- column lateness (number): Recency over the mean gap
-- column recent_occasions (count): Occasions in the last 90 days
-- column year_occasions (count): Occasions in the last 365 days
-- column spend (money): Net revenue of all occasions
-- column basket (money): Net revenue of an occasion
-- column recent_spend (money): Net revenue of occasions in the last 90 days
-- column earlier_spend (money): The same in the 90 days before
-- column year_spend (money): Net revenue of occasions in the last 365 days
-- column categories (count): Categories their orders were of
-- column orders (count): Orders with a sale
-- column discount_share (share): Orders with a discount, of those whose lines say
-- column return_share (share): Orders with a refund, and refunds that name no order, over orders; 1 at most
-- column channels (count): Channels they ordered through
-- column main_channel_share (share): Orders through the channel most orders come through, of those with a channel
-- column points_moved (count): Movements of points
-- column complaints (count): Complaints
-- column contacts (count): Contacts
with counts as (
    select count(*) as customers from members where first_on is not null
),

-- As of a cut, to learn from, 50,000 customers are enough: each draws a number from their id.
drawn as (
    select m.customer_key, k.customer_id
    from members as m
    inner join customer_keys as k on m.customer_key = k.customer_key
    cross join counts as n
    cross join repurchase_cuts as c
    where
        m.first_on is not null
        and (
            $as_of = c.as_of
            or n.customers <= 50000
            or md5_number_lower(k.customer_id) % 1000000 < 50000 * 1000000.0 / n.customers
        )
),

-- The days of `purchase_days`, of those drawn alone: telling apart the days of everybody is most of the work.
bought_on as (
    select m.customer_key, m.first_on as on_day
    from members as m
    inner join drawn as w on m.customer_key = w.customer_key
    union
    select d.customer_key, d.on_day
    from counted_days as d
    inner join drawn as w on d.customer_key = w.customer_key
    where d.is_occasion and d.on_day > d.first_on
),

visits as (
    select
        d.customer_key,
        d.on_day,
        datediff('day', d.on_day, $as_of) as days_ago,
        case when f.is_occasion then f.net end as net,
        datediff('day', lag(d.on_day) over (partition by d.customer_key order by d.on_day), d.on_day) as gap
    from bought_on as d
    left join counted_days as f on d.customer_key = f.customer_key and d.on_day = f.on_day
),

buying as (
    select
        customer_key,
        min(days_ago) as recency,
        count(*) - 1 as repeats,
        max(days_ago) as days_known,
        count(gap) as gaps,
        sum(gap) as gap_days,
        sum(gap * gap) as gap_squares,
        count(case when days_ago < 90 then 1 end) as recent_occasions,
        count(case when days_ago < 365 then 1 end) as year_occasions,
        cast(sum(net) as double) as spend,
        cast(coalesce(sum(case when days_ago < 90 then net end), 0) as double) as recent_spend,
        cast(coalesce(sum(case when days_ago >= 90 and days_ago < 180 then net end), 0) as double) as earlier_spend,
        cast(coalesce(sum(case when days_ago < 365 then net end), 0) as double) as year_spend
    from visits
    group by customer_key
),

-- Of whole days, so that the order in which they come makes no difference, not even in the last digit.
rhythm as (
    select
        *,
        gap_days / cast(nullif(gaps, 0) as double) as mean_gap,
        sqrt(cast(gaps * gap_squares - gap_days * gap_days as double) / nullif(gaps * (gaps - 1), 0)) as sd_gap
    from buying
),

-- An order is at full price only where each of its lines says so: a blank discount is not known to be none.
prices as (
    select
        t.customer_key,
        t.order_id,
        case when bool_or(t.discount > 0) then true when count(t.discount) = count(*) then false end as on_discount
    from transactions as t
    inner join drawn as m on t.customer_key = m.customer_key
    where t.kind = 'sale' and t.posted_on <= $as_of
    group by t.customer_key, t.order_id
),

refunded as (
    select distinct t.customer_key, coalesce(t.refund_of, t.order_id) as order_id
    from transactions as t
    inner join drawn as m on t.customer_key = m.customer_key
    where t.kind <> 'sale' and t.posted_on <= $as_of
),

placed as (
    select customer_key, order_id, channel, category from counted_orders where not is_refund
),

returned as (
    select customer_key, count(*) as orders
    from (
        select customer_key, order_id from counted_orders where is_refund
        union
        select p.customer_key, p.order_id
        from placed as p
        inner join refunded as r on p.customer_key = r.customer_key and p.order_id = r.order_id
    ) as o
    group by customer_key
),

main_channel as (
    select min_by(channel, row(-orders, channel)) as channel
    from (select channel, count(*) as orders from placed where channel is not null group by channel) as c
),

ordering as (
    select
        p.customer_key,
        nullif(count(distinct p.category), 0) as categories,
        count(*) as orders,
        count(case when d.on_discount then 1 end) / cast(nullif(count(d.on_discount), 0) as double) as discount_share,
        nullif(count(distinct p.channel), 0) as channels,
        count(case when p.channel = c.channel then 1 end) / cast(nullif(count(p.channel), 0) as double)
            as main_channel_share
    from placed as p
    inner join drawn as m on p.customer_key = m.customer_key
    cross join main_channel as c
    left join prices as d on p.customer_key = d.customer_key and p.order_id = d.order_id
    group by p.customer_key
),

moved as (
    select customer_id, count(*) as happened
    from points
    where cast(posted_at as date) <= $as_of and customer_id is not null
    group by customer_id
),

complained as (
    select customer_id, count(*) as happened
    from complaints
    where cast(opened_at as date) <= $as_of and customer_id is not null
    group by customer_id
),

contacted as (
    select customer_id, count(*) as happened
    from contacts
    where cast(contacted_at as date) <= $as_of and customer_id is not null
    group by customer_id
),

customer_features as (
    select
        b.customer_key,
        k.customer_id,
        b.recency,
        b.repeats,
        b.days_known,
        b.days_known - b.recency as days_to_last,
        b.mean_gap,
        b.sd_gap,
        b.recency / nullif(b.mean_gap, 0) as lateness,
        b.recent_occasions,
        b.year_occasions,
        b.spend,
        b.spend / (b.repeats + 1) as basket,
        b.recent_spend,
        b.earlier_spend,
        b.year_spend,
        o.categories,
        o.orders,
        o.discount_share,
        least(coalesce(r.orders, 0), o.orders) / cast(o.orders as double) as return_share,
        o.channels,
        o.main_channel_share,
        case when (select count(*) from moved) > 0 then coalesce(p.happened, 0) end as points_moved,
        case when (select count(*) from complained) > 0 then coalesce(c.happened, 0) end as complaints,
        case when (select count(*) from contacted) > 0 then coalesce(t.happened, 0) end as contacts
    from rhythm as b
    inner join drawn as k on b.customer_key = k.customer_key
    left join ordering as o on b.customer_key = o.customer_key
    left join returned as r on b.customer_key = r.customer_key
    left join moved as p on k.customer_id = p.customer_id
    left join complained as c on k.customer_id = c.customer_id
    left join contacted as t on k.customer_id = t.customer_id
)

select * from customer_features
