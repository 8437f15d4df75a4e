-- kind: model
-- title: Lines sold, with their prices
-- grain: one row a sale line in the window, of a customer with a group, with units and money above zero
-- definition: What was sold to whom at what price, as far as the filters on orders keep it. Refunds change neither: the
--   price was paid, and the customer had chosen at it.
with kept_orders as (
    select distinct customer_key, order_id from counted_orders where $orders_filtered
),

priced_lines as (
    select g.group_name, t.customer_key, t.product, t.posted_on, t.quantity, t.amount, t.discount
    from transactions as t
    inner join price_groups as g on t.customer_key = g.customer_key
    left join kept_orders as k on t.customer_key = k.customer_key and t.order_id = k.order_id
    where
        t.kind = 'sale' and t.quantity > 0 and t.amount > 0
        and t.posted_on between $since and $as_of
        and (not $orders_filtered or k.order_id is not null)
)

select * from priced_lines
