-- kind: model
-- title: Retained customers
-- grain: one row a customer and age at which the scope's criterion counts them as retained
-- definition: The customers behind each cell of the cohort triangle, with what they bought in that very period.
with entered as (
    select customer_key, first_on, cast(date_trunc($grain, first_on) as date) as cohort
    from members
    where first_on is not null
),

spans as (
    select
        customer_key,
        cohort,
        max(case when occasions > 0 then age end) as last_age,
        min(case when returns > 0 then age end) as return_age
    from customer_ages
    group by customer_key, cohort
),

reach as (
    select
        cohort,
        case
            when $clock = 'calendar' then datediff($grain, cohort, cast(date_trunc($grain, $as_of) as date))
            else datediff('day', min(first_on), $as_of) // $rolling_days
        end as oldest
    from entered
    group by cohort
),

retained as (
    select customer_key, cohort, 0 as age from entered where $criterion <> 'cumulative'
    union
    select customer_key, cohort, age from customer_ages where occasions > 0 and $criterion = 'exact'
    union
    select customer_key, cohort, unnest(range(1, last_age + 1)) from spans where $criterion = 'on_or_after'
    union
    select s.customer_key, s.cohort, unnest(range(s.return_age, r.oldest + 1))
    from spans as s
    inner join reach as r on s.cohort = r.cohort
    where $criterion = 'cumulative'
),

retained_customers as (
    select
        r.customer_key,
        r.cohort,
        cast(r.age as bigint) as age,
        coalesce(a.orders, 0) as orders_in_period,
        coalesce(a.net, 0) as revenue_in_period
    from retained as r
    left join customer_ages as a on r.customer_key = a.customer_key and r.age = a.age
)

select * from retained_customers
