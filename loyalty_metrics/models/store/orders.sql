-- kind: model
-- stored: by customer
-- title: Orders
-- grain: one row an order: one customer and order id; guests (no customer) apart
-- definition: Everything known of the order by now, with refunds that name it or share its id taken off.
-- caveats: Channel, store, country and category are those of the sale lines of the order's first day, so that a refund at
--   another till, or a later line, does not change them. The category is that of the dearest line; of several the first by
--   time, then by the order in which they came in, as for the others. `placed_at` and `first_line` say when the first of
--   these lines was sold and which came in first. `categories` are the bits of all categories of the first day's lines,
--   refunds too, see `category_bits`. Cost is unknown (NULL) as soon as one line's is.
with lines as not materialized (
    select
        t.customer_key,
        coalesce(t.refund_of, t.order_id) as order_id,
        t.posted_on,
        t.ordered_at,
        cast(t.import_id as bigint) * 10000000000 + t.line_no as place,
        t.kind <> 'sale' as is_refund,
        t.amount,
        t.discount,
        t.cost,
        t.quantity,
        t.channel,
        t.store,
        t.country,
        hash(t.channel, t.store, t.country) as told,
        t.category,
        coalesce(b.bit, 0) as bit
    from transactions as t
    left join category_bits as b on coalesce(t.category, '') = b.category
),

grouped as (
    select
        customer_key,
        order_id,
        min(posted_on) as ordered_on,
        max(posted_on) as last_posted_on,
        bool_and(is_refund) as is_refund,
        bool_or(is_refund) as has_refund,
        sum(amount) as net,
        coalesce(sum(case when is_refund then amount end), 0) as refunds,
        coalesce(sum(case when not is_refund then discount end), 0) as discount,
        case when count(cost) = count(*) then sum(cost) end as cost,
        coalesce(sum(quantity), 0) as units,
        count(*) as lines,
        min(ordered_at) as placed_at,
        min(place) as first_line,
        min(channel) as channel,
        min(store) as store,
        min(country) as country,
        min(told) <> max(told) as is_mixed,
        min_by(category, row(-amount, ordered_at, place)) as category,
        bit_or(bit) as categories
    from lines
    group by customer_key, order_id
),

-- Orders whose lines are not all sales of one day: what came later must not change what the order was. And those whose
-- lines do not agree: few, so that to find the first of these alone is quicker.
changed as (
    select customer_key, order_id, ordered_on
    from grouped
    where last_posted_on > ordered_on or (has_refund and not is_refund) or is_mixed
),

first_day as (
    select
        l.*,
        bool_or(not l.is_refund) over (partition by l.customer_key, l.order_id) as has_sale
    from lines as l
    inner join changed as c
        on l.order_id = c.order_id and l.customer_key is not distinct from c.customer_key and l.posted_on = c.ordered_on
),

described as (
    select
        customer_key,
        order_id,
        min(ordered_at) filter (is_described) as placed_at,
        min(place) filter (is_described) as first_line,
        min_by(channel, row(ordered_at, place)) filter (is_described) as channel,
        min_by(store, row(ordered_at, place)) filter (is_described) as store,
        min_by(country, row(ordered_at, place)) filter (is_described) as country,
        min_by(category, row(-amount, ordered_at, place)) filter (is_described) as category,
        bit_or(bit) as categories
    from (select *, not is_refund or not has_sale as is_described from first_day) as f
    group by customer_key, order_id
),

orders as (
    select
        g.* exclude (placed_at, first_line, channel, store, country, is_mixed, category, categories),
        coalesce(d.placed_at, g.placed_at) as placed_at,
        coalesce(d.first_line, g.first_line) as first_line,
        case when d.order_id is null then g.channel else d.channel end as channel,
        case when d.order_id is null then g.store else d.store end as store,
        case when d.order_id is null then g.country else d.country end as country,
        case when d.order_id is null then g.category else d.category end as category,
        case when d.order_id is null then g.categories else d.categories end as categories
    from grouped as g
    left join described as d on g.order_id = d.order_id and g.customer_key is not distinct from d.customer_key
)

select * from orders
order by customer_key, ordered_on
