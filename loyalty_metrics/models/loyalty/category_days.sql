-- kind: model
-- title: Categories by day of purchase
-- grain: one row a customer in scope, purchase occasion and category bought on it
-- definition: A category is bought when its lines in an order of that day, after refunds as the scope counts them, are
--   worth more than nothing. Lines without a category are not here.
with categories_of_orders as (
    select customer_key, coalesce(refund_of, order_id) as order_id, category
    from transactions
    where
        posted_on <= $as_of
        and customer_key is not null
        and category is not null
        and (kind = 'sale' or $refunds = 'restate')
    group by 1, 2, 3
    having sum(amount) > 0
),

category_days as (
    select distinct d.customer_key, d.first_on, d.on_day, c.category
    from categories_of_orders as c
    inner join counted_orders as o on c.customer_key = o.customer_key and c.order_id = o.order_id and not o.is_refund
    inner join counted_days as d on o.customer_key = d.customer_key and o.ordered_on = d.on_day and d.is_occasion
)

select * from category_days
