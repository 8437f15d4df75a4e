-- kind: model
-- title: Customers who would count as lapsed
-- grain: one row a customer and lapse window that they have been away for
-- definition: Customers in scope whose last purchase lies at least the window back; before any filter on orders.
with last_days as (
    select d.customer_key, max(d.on_day) as last_on, cast(count(*) as bigint) as purchases, sum(d.net) as net
    from customer_days as d
    inner join members as m on d.customer_key = m.customer_key
    where d.is_occasion
    group by d.customer_key
),

gone_customers as (
    select
        l.customer_key,
        w.lapse_days,
        l.last_on,
        datediff('day', l.last_on, $as_of) as recency_days,
        l.purchases,
        l.net
    from last_days as l
    inner join lapse_choices as w on datediff('day', l.last_on, $as_of) >= w.lapse_days
)

select * from gone_customers
