-- title: What if the best customers left?
-- unit: share of value
-- grain: one row a number of best customers
-- definition: How much of the value would go with the best customers, and how many customers of the average of all others
--   it would take to make good for them.
-- formula: value of the n best / value of all; replacements = value of the n best / mean value of the others
-- source: this workspace's own transactions
-- caveats: The value is that of the window, as it was; it does not foresee what these customers would have bought.
-- who: customer_ranks(customers_up_to <=)
-- column customers_up_to (count): Number of best customers who leave
-- column customer_share (share): Their share of all customers
-- column value_up_to (number): What they are worth together
-- column value_share (share): Their share of the value of all
-- column replacements (number): Average other customers it takes to make good; empty where the others are worth nothing
with losses as (
    select
        customers_up_to,
        n,
        total,
        value_before + value as value_up_to
    from customer_ranks
    where
        customers_up_to in (1, 5, 10, 20, 50, 100, 1000)
        or customers_up_to in (cast(ceil(n * 0.01) as bigint), cast(ceil(n * 0.05) as bigint), cast(ceil(n * 0.2) as bigint))
),

without_the_best as (
    select
        cast(customers_up_to as bigint) as customers_up_to,
        customers_up_to / cast(n as double) as customer_share,
        value_up_to,
        cast(value_up_to as double) / nullif(cast(case when total > 0 then total end as double), 0) as value_share,
        case when total > value_up_to and n > customers_up_to then
            cast(value_up_to as double) * (n - customers_up_to) / cast(total - value_up_to as double)
        end as replacements
    from losses
)

select * from without_the_best
order by customers_up_to
