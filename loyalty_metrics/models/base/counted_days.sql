-- kind: model
-- title: Customer days that count
-- grain: one row a customer in scope and day, from the orders that the filters on orders keep
-- definition: With no filter on orders these are all days of the customers in scope.
with filtered_days as (
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
),

all_days as (
    select customer_key, on_day, is_occasion, orders, net, cost, units from customer_days where not $orders_filtered
    union all
    select customer_key, on_day, is_occasion, orders, net, cost, units from filtered_days
),

counted as (
    select d.*, m.first_on
    from all_days as d
    inner join members as m on d.customer_key = m.customer_key
)

select * from counted
