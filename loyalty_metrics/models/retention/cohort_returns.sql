-- kind: model
-- shared: yes
-- title: Returns of cohorts by day
-- grain: one row a cohort, age and day
-- definition: How many customers came back on that day for the first time in the period of that age (`exact`) or at all
--   (`cumulative`); under `on_or_after`, how many were seen last at that age, without a day.
with marks as (
    select cohort, max(age) as age, cast(null as date) as returned_on from customer_ages
    where $criterion = 'on_or_after' and occasions > 0
    group by cohort, customer_key
    union all
    select cohort, min(age) as age, min(returned_on) as returned_on from customer_ages
    where $criterion = 'cumulative' and returns > 0
    group by cohort, customer_key
),

cohort_returns as (
    select cohort, age, returned_on, buyers as customers from cohort_days where $criterion = 'exact' and buyers > 0
    union all
    select cohort, age, returned_on, count(*) from marks group by cohort, age, returned_on
)

select * from cohort_returns
