-- kind: model
-- stored: sums by cohort, age
-- title: Orders and money of cohorts
-- grain: one row a cohort and age in which any order counts
-- definition: Sums over the cohort's customers, and sums of squares and products, from which intervals are made. `first` is
--   a customer's net revenue at age 0; `cumulative_squared_more` is by how much the sum of squared revenue so far grows.
with with_before as (
    select
        cohort,
        age,
        orders,
        net,
        cast(net as double) as net_1,
        cast(sum(net) over so_far as double) as net_up_to,
        cast(first_value(case when age = 0 then net else 0 end) over so_far as double) as net_0
    from customer_ages
    window so_far as (partition by customer_key order by age rows between unbounded preceding and current row)
),

cohort_sums as (
    select
        cohort,
        age,
        count(*) as customers,
        cast(sum(orders) as bigint) as orders,
        sum(net) as revenue,
        sum(cast(orders as double) * orders) as orders_squared,
        sum(net_1 * net_1) as revenue_squared,
        sum(net_1 * net_0) as revenue_by_first,
        sum(net_1 * (2 * net_up_to - net_1)) as cumulative_squared_more
    from with_before
    group by cohort, age
)

select * from cohort_sums
