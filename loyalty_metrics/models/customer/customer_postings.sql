-- kind: model
-- title: Postings of the customers asked for
-- grain: one row a customer, order and day on which its lines or refunds were posted; before any filter
-- definition: What was sold and taken back, up to the as-of date. `counts_on` is the day on which the money counts: that of
--   the order, or for refunds their own, as the scope says. A refund that names no order is an order of its own.
with postings as (
    select
        c.customer_id,
        t.customer_key,
        coalesce(t.refund_of, t.order_id) as order_id,
        t.posted_on,
        t.kind <> 'sale' as is_refund,
        sum(t.amount) as net,
        sum(t.discount) as discount,
        case when count(t.cost) = count(*) then sum(t.cost) end as cost,
        coalesce(sum(t.quantity), 0) as units,
        count(*) as lines,
        min_by(t.channel, row(t.ordered_at, t.import_id, t.line_no)) as channel,
        min_by(t.store, row(t.ordered_at, t.import_id, t.line_no)) as store
    from transactions as t
    inner join chosen_customers as c on t.customer_key = c.customer_key
    where t.posted_on <= $as_of
    group by c.customer_id, t.customer_key, coalesce(t.refund_of, t.order_id), t.posted_on, t.kind <> 'sale'
),

dated as (
    select *, min(posted_on) over (partition by customer_key, order_id) as ordered_on
    from postings
),

customer_postings as (
    select *, case when is_refund and $refunds = 'own_date' then posted_on else ordered_on end as counts_on
    from dated
)

select * from customer_postings
