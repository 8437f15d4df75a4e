-- kind: model
-- title: Customers and their next purchase
-- grain: one row a customer in scope who has made the purchase before the one waited for
-- definition: Days from the purchase before to the n-th purchase (`returned`), or, for those who still wait for it, to the
--   as-of date (`waiting`).
with numbered as (
    select customer_key, on_day, row_number() over (partition by customer_key order by on_day) as place
    from purchase_days
),

entered as (
    select
        customer_key,
        min(case when place = $nth - 1 then on_day end) as from_on,
        min(case when place = $nth then on_day end) as next_on
    from numbered
    where place between $nth - 1 and $nth
    group by customer_key
),

next_orders as (
    select
        e.customer_key,
        g.group_name,
        case when e.next_on is null then 'waiting' else 'returned' end as state,
        cast(datediff('day', e.from_on, coalesce(e.next_on, $as_of)) as integer) as days,
        e.from_on,
        e.next_on
    from entered as e
    inner join customer_groups as g on e.customer_key = g.customer_key
)

select * from next_orders
