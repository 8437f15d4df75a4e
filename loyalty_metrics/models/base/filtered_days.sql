-- kind: model
-- shared: yes
-- title: Days of the orders that the filters keep
-- grain: one row a customer in scope and day with an order that the filters on orders keep; none where none is set
-- definition: See customer days; `gap_days`, `before_on`, `next_on` and `net_so_far` are of such orders alone.
with days as (
    select
        customer_key,
        ordered_on as on_day,
        sum(net) > 0 as is_occasion,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as orders,
        sum(net) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        sum(units) as units
    from counted_orders
    where $orders_filtered
    group by customer_key, ordered_on
)

select
    d.*,
    cast(case when d.is_occasion then datediff('day', last_value(case when d.is_occasion then d.on_day end ignore nulls) over (
        partition by d.customer_key order by d.on_day rows between unbounded preceding and 1 preceding
    ), d.on_day) end as integer) as gap_days,
    lag(d.on_day) over (partition by d.customer_key order by d.on_day) as before_on,
    lead(d.on_day) over (partition by d.customer_key order by d.on_day) as next_on,
    sum(cast(d.net as double)) over (
        partition by d.customer_key order by d.on_day rows between unbounded preceding and current row
    ) as net_so_far,
    m.first_on
from days as d
inner join members as m on d.customer_key = m.customer_key
