-- kind: model
-- stored: by customer
-- title: How customers came
-- grain: one row a customer with any order; before any filter
-- definition: The channel, store and category of the day of the first purchase occasion; NULL for customers who never had
--   an occasion, and what the orders of that day do not say.
-- caveats: Of several first-day orders the first by time counts that says it, of equal times the first that came in;
--   orders worth nothing say nothing of it.
with found as (
    select
        e.customer_key,
        min_by(o.channel, row(o.placed_at, o.first_line)) as first_channel,
        min_by(o.store, row(o.placed_at, o.first_line)) as first_store,
        min_by(o.category, row(o.placed_at, o.first_line)) as first_category
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
