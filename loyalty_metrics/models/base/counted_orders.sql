-- kind: model
-- title: Orders that count
-- grain: one row an order of a customer that the filters on orders keep
-- definition: A category keeps every order that has a line of it, with its whole value.
with orders_with_category as (
    select distinct customer_key, coalesce(refund_of, order_id) as order_id
    from transactions
    where $in_category is not null and list_contains($in_category, coalesce(category, '')) and posted_on <= $as_of
),

counted_orders as (
    select o.*
    from scope_orders as o
    left join orders_with_category as c on o.customer_key = c.customer_key and o.order_id = c.order_id
    where
        o.customer_key is not null
        and ($in_category is null or c.order_id is not null)
        and ($in_channel is null or list_contains($in_channel, coalesce(o.channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(o.store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(o.country, '')))
)

select * from counted_orders
