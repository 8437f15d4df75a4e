-- kind: model
-- stored: by customer
-- title: Customers and how they came
-- grain: one row a customer with any order; before any filter
-- definition: The first purchase occasion in the whole history, with the channel, store and category of that day.
--   `first_on` is unknown (NULL) for customers who never had an occasion.
-- caveats: Of several first-day orders the first in the alphabet counts; orders worth nothing say nothing of it.
with firsts as (
    select customer_key, min(case when is_occasion then on_day end) as first_on
    from customer_days
    group by customer_key
),

first_orders as (
    select
        f.customer_key,
        min(o.channel) as first_channel,
        min(o.store) as first_store,
        min(o.category) as first_category
    from firsts as f
    inner join scope_orders as o on f.customer_key = o.customer_key and f.first_on = o.ordered_on and o.net > 0
    group by f.customer_key
),

entries as (
    select f.customer_key, f.first_on, o.first_channel, o.first_store, o.first_category
    from firsts as f
    left join first_orders as o on f.customer_key = o.customer_key
)

select * from entries
order by customer_key
