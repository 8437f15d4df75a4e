-- kind: model
-- stored: as final_days
-- title: Customer days
-- grain: one row a customer and day with an order or a refund; before any filter
-- definition: The day is a purchase occasion when what was bought that day is worth more than nothing after refunds.
--   Zero-value, fully refunded and cancelled orders make no occasion; rows without a customer are not here.
--   `gap_days` are the days since the customer's occasion before; NULL for the first, and where there is none. `before_on`
--   and `next_on` are the customer's days beside it, the latter maybe after the as-of date; `net_so_far` is all up to it.
with settled_days as (
    select f.*
    from final_days as f
    left join open_customers as c on f.customer_key = c.customer_key
    where f.on_day <= $as_of and c.customer_key is null
),

days as (
    select
        o.customer_key,
        o.ordered_on as on_day,
        sum(o.net) > 0 as is_occasion,
        cast(sum(case when o.net > 0 then 1 else 0 end) as bigint) as orders,
        sum(o.net) as net,
        case when count(o.cost) = count(*) then sum(o.cost) end as cost,
        sum(o.units) as units
    from scope_orders as o
    inner join open_customers as c on o.customer_key = c.customer_key
    group by o.customer_key, o.ordered_on
),

open_days as (
    select
        *,
        cast(case when is_occasion then datediff('day', last_value(case when is_occasion then on_day end ignore nulls) over (
            partition by customer_key order by on_day rows between unbounded preceding and 1 preceding
        ), on_day) end as integer) as gap_days,
        lag(on_day) over (partition by customer_key order by on_day) as before_on,
        lead(on_day) over (partition by customer_key order by on_day) as next_on,
        sum(cast(net as double)) over (
            partition by customer_key order by on_day rows between unbounded preceding and current row
        ) as net_so_far
    from days
)

select * from settled_days
union all
select * from open_days
