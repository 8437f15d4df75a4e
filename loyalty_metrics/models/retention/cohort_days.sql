-- kind: model
-- stored: sums by cohort, age, returned_on
-- shared: yes
-- title: Cohorts by age and day of return
-- grain: one row a cohort, age and day on which customers came back first in the period of that age; NULL for those who did
--   not come back in it
-- definition: Sums over such customers of the cohort, `buyers` being those with an occasion at that age, and sums of squares
--   and products, from which intervals are made. `revenue_by_first` is by a customer's net revenue at age 0;
--   `cumulative_squared_more` is by how much the sum of squared revenue so far grows.
with firsts as (
    select customer_key, cast(net as double) as net from customer_ages where age = 0
),

cohort_days as (
    select
        c.cohort,
        c.age,
        c.returned_on,
        count(*) as customers,
        cast(sum(case when c.occasions > 0 then 1 else 0 end) as bigint) as buyers,
        cast(sum(c.orders) as bigint) as orders,
        sum(c.net) as revenue,
        sum(cast(c.orders as double) * c.orders) as orders_squared,
        sum(cast(c.net as double) * cast(c.net as double)) as revenue_squared,
        sum(cast(c.net as double) * coalesce(f.net, 0)) as revenue_by_first,
        sum(cast(c.net as double) * (2 * c.net_up_to - cast(c.net as double))) as cumulative_squared_more
    from customer_ages as c
    left join firsts as f on c.customer_key = f.customer_key
    group by c.cohort, c.age, c.returned_on
)

select * from cohort_days
order by cohort, age, returned_on
