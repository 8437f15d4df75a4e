-- kind: model
-- title: Units bought on discount
-- grain: one row a customer in scope whose lines say whether there was a discount
-- definition: Units bought in the window, and how many of them on lines with a discount, of orders that are worth more
--   than nothing. A line without a quantity is one unit.
with lines_sold as (
    select
        t.customer_key,
        coalesce(t.quantity, 1) as units,
        case when t.discount > 0 then coalesce(t.quantity, 1) else 0 end as units_on_discount
    from transactions as t
    inner join counted_orders as o on t.customer_key = o.customer_key and coalesce(t.refund_of, t.order_id) = o.order_id
    where
        t.kind = 'sale'
        and t.discount is not null
        and coalesce(t.quantity, 1) > 0
        and t.posted_on <= $as_of
        and o.ordered_on >= $since
        and o.net > 0
        and not o.is_refund
),

deal_shares as (
    select s.customer_key, sum(s.units) as units, sum(s.units_on_discount) as units_on_discount
    from lines_sold as s
    inner join members as m on s.customer_key = m.customer_key
    group by s.customer_key
)

select * from deal_shares
