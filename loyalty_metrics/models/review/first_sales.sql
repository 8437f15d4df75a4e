-- kind: model
-- stored: by customer
-- title: First orders by their own day
-- grain: one row a customer with an order worth more than nothing; before any filter
-- definition: The day of the first such order, the order with its channel, store and category (of several on that day the
--   first by time, of equal times the first that came in), and whether there was another on the 28 days after. Refunds
--   count on the day they were made.
with first_days as (
    select customer_key, min(on_day) as first_on
    from booked_orders
    where is_purchase
    group by customer_key
),

early as (
    select
        f.customer_key,
        f.first_on,
        p.on_day > f.first_on as is_back,
        p.placed_at,
        p.first_line,
        p.order_id,
        p.channel,
        p.store,
        p.category
    from booked_orders as p
    inner join first_days as f on p.customer_key = f.customer_key
    where p.is_purchase and p.on_day <= f.first_on + to_days(28)
),

grouped as (
    select
        customer_key,
        min(first_on) as first_on,
        bool_or(is_back) as is_back,
        min_by(
            {'order_id': order_id, 'channel': channel, 'store': store, 'category': category}, row(placed_at, first_line)
        ) filter (not is_back) as first_order
    from early
    group by customer_key
),

first_sales as (
    select
        customer_key,
        first_on,
        is_back,
        first_order.order_id,
        first_order.channel,
        first_order.store,
        first_order.category
    from grouped
)

select * from first_sales
order by customer_key
