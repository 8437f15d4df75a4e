-- kind: model
-- title: Orders in scope
-- grain: one row an order, as it was known on the as-of date; before any filter
-- definition: Refunds are taken off the order they belong to, or stand as rows of their own on the day they were
--   made, as the scope says.
with not_in_order as (
    select
        customer_key,
        order_id,
        sum(net) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        count(*) as postings,
        sum(units) as units
    from order_adjustments
    where posted_on > $as_of or (is_refund and $refunds = 'own_date')
    group by customer_key, order_id
),

known as (
    select
        o.customer_key,
        o.order_id,
        o.ordered_on,
        o.is_refund,
        o.net - coalesce(n.net, 0) as net,
        case when n.postings is null then o.cost else o.cost - n.cost end as cost,
        o.units - coalesce(n.units, 0) as units,
        o.placed_at,
        o.first_line,
        o.channel,
        o.store,
        o.country,
        o.category,
        o.categories
    from orders as o
    left join not_in_order as n
        on o.order_id = n.order_id and o.customer_key is not distinct from n.customer_key
    where o.ordered_on <= $as_of
),

own_date as (
    select
        a.customer_key,
        a.order_id,
        a.posted_on as ordered_on,
        true as is_refund,
        a.net,
        a.cost,
        a.units,
        o.placed_at,
        o.first_line,
        o.channel,
        o.store,
        o.country,
        o.category,
        o.categories
    from order_adjustments as a
    inner join orders as o
        on a.order_id = o.order_id and a.customer_key is not distinct from o.customer_key
    where a.is_refund and a.posted_on <= $as_of and $refunds = 'own_date'
),

scope_orders as (
    select * from known
    union all
    select * from own_date
)

select * from scope_orders
