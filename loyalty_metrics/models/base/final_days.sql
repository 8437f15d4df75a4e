-- kind: model
-- stored: by customer
-- title: Customer days as known by now
-- grain: one row a customer and day with an order or a refund, whatever the as-of date; before any filter
-- definition: See customer days. Refunds and later lines are with their order, whenever they became known.
with days as (
    select
        customer_key,
        ordered_on as on_day,
        sum(net) > 0 as is_occasion,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as orders,
        sum(net) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        sum(units) as units
    from orders
    where customer_key is not null
    group by customer_key, ordered_on
)

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
order by customer_key, on_day
