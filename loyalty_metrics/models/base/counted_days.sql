-- kind: model
-- title: Customer days that count
-- grain: one row a customer in scope and day, from the orders that the filters on orders keep
-- definition: With no filter on orders these are all days of the customers in scope. `first_on` is the customer's first
--   occasion of all, `gap_days` are the days since the occasion before among those that count;
--   `before_on`, `next_on` and `net_so_far` are of those that count as well.
with all_days as (
    select
        d.customer_key, d.on_day, d.is_occasion, d.orders, d.net, d.cost, d.units,
        d.gap_days, d.before_on, d.next_on, d.net_so_far, m.first_on
    from customer_days as d
    inner join members as m on d.customer_key = m.customer_key
    where not $orders_filtered
)

select * from all_days
union all
select
    customer_key, on_day, is_occasion, orders, net, cost, units, gap_days, before_on, next_on, net_so_far, first_on
from filtered_days
where $orders_filtered
