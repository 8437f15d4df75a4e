-- kind: model
-- stored: by customer
-- title: Postings after the order
-- grain: one row an order, day and kind (refund or not)
-- definition: Refunds of an order, and lines added to it after its first day. They are part of the order's row in
--   `orders`; here they stand by the day they became known, so that any past day can be shown as it was then.
--   `categories` are the bits of the categories they are of.
with changed_orders as (
    select customer_key, order_id, ordered_on, is_refund
    from orders
    where (refunds <> 0 and not is_refund) or last_posted_on > ordered_on
),

postings as (
    select
        t.customer_key,
        o.order_id,
        t.posted_on,
        t.kind <> 'sale' as is_refund,
        t.amount,
        t.cost,
        t.quantity,
        coalesce(b.bit, 0) as bit
    from transactions as t
    left join category_bits as b on coalesce(t.category, '') = b.category
    inner join changed_orders as o
        on coalesce(t.refund_of, t.order_id) = o.order_id and t.customer_key is not distinct from o.customer_key
    where t.posted_on > o.ordered_on or (t.kind <> 'sale' and not o.is_refund)
),

grouped as (
    select
        customer_key,
        order_id,
        posted_on,
        is_refund,
        sum(amount) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        coalesce(sum(quantity), 0) as units,
        bit_or(bit) as categories
    from postings
    group by customer_key, order_id, posted_on, is_refund
)

select * from grouped
order by customer_key, posted_on, order_id, is_refund
