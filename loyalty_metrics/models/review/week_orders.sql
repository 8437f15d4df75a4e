-- kind: model
-- title: Orders and refunds by week
-- grain: one row an order of a customer, and one more a day on which it was refunded or added to
-- definition: What was sold and given back in each week, so that a week that is over is never told anew. `is_first` marks the
--   customer's first order worth more than nothing. How long somebody has been a customer is told as of each order's day:
--   new on the day of the first, below 13 weeks, below a year, longer.
-- caveats: Orders without a customer are not here.
select
    p.customer_key,
    cast(date_trunc('week', p.on_day) as date) as week,
    p.net,
    p.is_purchase,
    p.is_purchase and p.order_id = f.order_id as is_first,
    p.channel,
    p.store,
    p.country,
    p.category,
    coalesce(k.acquired_through, '') as acquired_through,
    coalesce(k.country, '') as customer_country,
    case
        when f.first_on is null or p.on_day <= f.first_on then 'first_day'
        when datediff('day', f.first_on, p.on_day) < 91 then 'first_13_weeks'
        when datediff('day', f.first_on, p.on_day) < 365 then 'first_year'
        else 'over_a_year'
    end as tenure
from booked_orders as p
left join first_sales as f on p.customer_key = f.customer_key
left join known_customers as k on p.customer_key = k.customer_key
