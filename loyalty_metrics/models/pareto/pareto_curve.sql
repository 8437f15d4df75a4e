-- title: Pareto curve
-- unit: share of value
-- grain: up to 1,000 points, dearest customers first
-- definition: What share of all value the best customers bring, for every share of customers.
-- formula: cumulative value of the best customers / value of all, against their number / all customers
-- source: Pareto 1896; Lorenz 1905
-- caveats: Customers whose orders are worth nothing count as customers. Where refunds make some negative, the curve can
--   pass 100% before it ends there. Guests are not in it.
-- who: customer_ranks(customers_up_to <=)
-- column customers_up_to (count): Number of best customers up to this point
-- column customer_share (share): Their share of all customers
-- column value_up_to (number): What they are worth together
-- column value_share (share): Their share of the value of all
with running as (
    select
        value,
        customers,
        sum(customers) over (order by value desc rows between unbounded preceding and current row) as customers_up_to,
        sum(value * customers) over (order by value desc rows between unbounded preceding and current row) as value_up_to,
        sum(customers) over () as all_customers,
        sum(value * customers) over () as all_value
    from value_histogram
    where value is not null
),

stepped as (
    select *, (1000 * customers_up_to) // all_customers as step, (1000 * (customers_up_to - customers)) // all_customers as step_before
    from running
),

drawn as (
    select * from stepped where step > step_before or customers_up_to = all_customers
),

pareto_curve as (
    select
        cast(customers_up_to as bigint) as customers_up_to,
        cast(customers_up_to as double) / cast(all_customers as double) as customer_share,
        value_up_to,
        cast(value_up_to as double) / nullif(cast(case when all_value > 0 then all_value end as double), 0) as value_share
    from drawn
)

select * from pareto_curve
order by customers_up_to
