-- kind: model
-- title: Orders and refunds by their own day
-- grain: one row an order of a customer, and one more a day on which it was refunded or added to
-- definition: What was sold and given back on each day, so that a week that is over is never told anew: refunds count on
--   the day they were made. `is_first` marks the customer's first order worth more than nothing. How long somebody has been a
--   customer is told as of each order's day: new on the day of the first, below 13 weeks, below a year, longer.
-- caveats: Orders without a customer are not here.
with later as (
    select customer_key, order_id, sum(net) as net
    from order_adjustments
    group by customer_key, order_id
),

postings as (
    select
        o.customer_key,
        o.order_id,
        o.ordered_on as on_day,
        o.net - coalesce(l.net, 0) as net,
        true as is_order,
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
        a.posted_on as on_day,
        a.net,
        false as is_order,
        o.channel,
        o.store,
        o.country,
        o.category
    from order_adjustments as a
    inner join orders as o on a.customer_key = o.customer_key and a.order_id = o.order_id
),

firsts as (
    select
        customer_key,
        min(on_day) as first_on,
        min_by(order_id, row(on_day, order_id)) as first_order
    from postings
    where is_order and net > 0
    group by customer_key
),

week_orders as (
    select
        p.customer_key,
        cast(date_trunc('week', p.on_day) as date) as week,
        p.on_day,
        f.first_on,
        p.net,
        p.is_order and p.net > 0 as is_purchase,
        p.is_order and p.net > 0 and p.order_id = f.first_order as is_first,
        coalesce(p.channel, '') as channel,
        coalesce(p.store, '') as store,
        coalesce(p.country, '') as country,
        coalesce(p.category, '') as category,
        coalesce(k.acquired_through, '') as acquired_through,
        coalesce(k.country, '') as customer_country,
        case
            when f.first_on is null or p.on_day <= f.first_on then 'first_day'
            when datediff('day', f.first_on, p.on_day) < 91 then 'first_13_weeks'
            when datediff('day', f.first_on, p.on_day) < 365 then 'first_year'
            else 'over_a_year'
        end as tenure
    from postings as p
    left join firsts as f on p.customer_key = f.customer_key
    left join known_customers as k on p.customer_key = k.customer_key
)

select * from week_orders
