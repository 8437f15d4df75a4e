-- kind: model
-- stored: by customer
-- title: How customers came
-- grain: one row a customer with any order; before any filter
-- definition: The channel, store and category of the day of the first purchase occasion; NULL for customers who never had
--   an occasion, and what the orders of that day do not say.
-- caveats: Of several first-day orders the first in the alphabet counts; orders worth nothing say nothing of it.
with found as (
    select
        e.customer_key,
        min(o.channel) as first_channel,
        min(o.store) as first_store,
        min(o.category) as first_category
    from entries as e
    inner join scope_orders as o on e.customer_key = o.customer_key and e.first_on = o.ordered_on and o.net > 0
    group by e.customer_key
),

first_orders as (
    select e.customer_key, f.first_channel, f.first_store, f.first_category
    from entries as e
    left join found as f on e.customer_key = f.customer_key
)

select * from first_orders
order by customer_key
