-- kind: model
-- stored: by customer
-- shared: yes
-- title: Customers in the window
-- grain: one row a customer in scope with an order that counts in the window
-- definition: Occasions, orders and money from the window's first day to the as-of date. `first_on` and `last_on` are
--   the first and last occasion in the window; NULL where there was none (only free or refunded orders). `second_on` is
--   the first one after `entered_on`, the very first of all; `occasion_orders` and `occasion_net` are of days with an occasion.
with totals as (
    select
        customer_key,
        min(case when is_occasion then on_day end) as first_on,
        max(case when is_occasion then on_day end) as last_on,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as occasions,
        cast(sum(orders) as bigint) as orders,
        sum(net) as net,
        case when count(cost) = count(*) then sum(net) - sum(cost) end as profit,
        sum(units) as units,
        min(d.first_on) as entered_on,
        min(case when is_occasion and on_day > d.first_on then on_day end) as second_on,
        cast(coalesce(sum(case when is_occasion then orders end), 0) as bigint) as occasion_orders,
        coalesce(sum(case when is_occasion then net end), 0) as occasion_net
    from counted_days as d
    where on_day >= $since
    group by customer_key
)

select * from totals
order by customer_key
