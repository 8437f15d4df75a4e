-- kind: model
-- title: Orders and refunds by their own day
-- grain: one row an order of a customer, and one more a day on which it was refunded or added to
-- definition: What was sold and given back on each day, so that a day that is over is never told anew: refunds count on
--   the day they were made. `is_purchase` is an order worth more than nothing on its day.
-- caveats: Orders without a customer are not here.
with later as (
    select customer_key, order_id, sum(net) as net
    from order_adjustments
    group by customer_key, order_id
),

by_day as (
    select
        o.customer_key,
        o.order_id,
        o.ordered_on as on_day,
        o.net - coalesce(l.net, 0) as net,
        true as is_order,
        o.placed_at,
        o.first_line,
        o.channel,
        o.store,
        o.country,
        o.category
    from orders as o
    left join later as l on o.customer_key = l.customer_key and o.order_id = l.order_id
    where o.customer_key is not null
    union all
    select
        a.customer_key,
        a.order_id,
        a.posted_on,
        a.net,
        false,
        o.placed_at,
        o.first_line,
        o.channel,
        o.store,
        o.country,
        o.category
    from order_adjustments as a
    inner join orders as o on a.customer_key = o.customer_key and a.order_id = o.order_id
),

booked_orders as (
    select
        customer_key,
        order_id,
        on_day,
        net,
        is_order and net > 0 as is_purchase,
        placed_at,
        first_line,
        coalesce(channel, '') as channel,
        coalesce(store, '') as store,
        coalesce(country, '') as country,
        coalesce(category, '') as category
    from by_day
)

select * from booked_orders
