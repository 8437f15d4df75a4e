-- kind: model
-- title: Orders and money of cohorts
-- grain: one row a cohort and age in which any order counts
-- definition: Sums over the cohort's customers, see `cohort_days`.
with cohort_sums as (
    select
        cohort,
        age,
        cast(sum(orders) as bigint) as orders,
        sum(revenue) as revenue,
        sum(orders_squared) as orders_squared,
        sum(revenue_squared) as revenue_squared,
        sum(revenue_by_first) as revenue_by_first,
        sum(cumulative_squared_more) as cumulative_squared_more
    from cohort_days
    group by cohort, age
)

select * from cohort_sums
