-- kind: model
-- title: Customer days that count
-- grain: one row a customer in scope and day, from the orders that the filters on orders keep
-- definition: With no filter on orders these are all days of the customers in scope. A category keeps every order that
--   has a line of it, with its whole value.
with orders_with_category as (
    select distinct customer_key, coalesce(refund_of, order_id) as order_id
    from transactions
    where $in_category is not null and list_contains($in_category, coalesce(category, '')) and posted_on <= $as_of
),

filtered_orders as (
    select o.*
    from scope_orders as o
    left join orders_with_category as c on o.customer_key = c.customer_key and o.order_id = c.order_id
    where
        $orders_filtered
        and o.customer_key is not null
        and ($in_category is null or c.order_id is not null)
        and ($in_channel is null or list_contains($in_channel, coalesce(o.channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(o.store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(o.country, '')))
),

filtered_days as (
    select
        customer_key,
        ordered_on as on_day,
        sum(net) > 0 as is_occasion,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as orders,
        sum(net) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        sum(units) as units
    from filtered_orders
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
