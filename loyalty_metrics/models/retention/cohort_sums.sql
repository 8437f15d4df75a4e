-- kind: model
-- stored: sums by cohort, age
-- title: Orders and money of cohorts
-- grain: one row a cohort and age in which any order counts
-- definition: Sums over the cohort's customers, and sums of squares and products, from which intervals are made. `first` is
--   a customer's net revenue at age 0; `cumulative_squared_more` is by how much the sum of squared revenue so far grows.
with firsts as (
    select customer_key, cast(net as double) as net from customer_ages where age = 0
),

cohort_sums as (
    select
        c.cohort,
        c.age,
        count(*) as customers,
        cast(sum(c.orders) as bigint) as orders,
        sum(c.net) as revenue,
        sum(cast(c.orders as double) * c.orders) as orders_squared,
        sum(cast(c.net as double) * cast(c.net as double)) as revenue_squared,
        sum(cast(c.net as double) * coalesce(f.net, 0)) as revenue_by_first,
        sum(cast(c.net as double) * (2 * c.net_up_to - cast(c.net as double))) as cumulative_squared_more
    from customer_ages as c
    left join firsts as f on c.customer_key = f.customer_key
    group by c.cohort, c.age
)

select * from cohort_sums
