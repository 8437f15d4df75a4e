-- kind: model
-- title: New customers, and whether they came back
-- grain: one row a customer with an order worth more than nothing
-- definition: The week of the first order, with its channel, store and category, how the customer was won, and whether
--   there was another purchase on the 28 days after that day. Refunds count on the day they were made.
select
    f.customer_key,
    cast(date_trunc('week', f.first_on) as date) as week,
    f.is_back,
    coalesce(k.acquired_through, '') as acquired_through,
    coalesce(k.country, '') as customer_country,
    f.channel,
    f.store,
    f.category
from first_sales as f
left join known_customers as k on f.customer_key = k.customer_key
