-- kind: model
-- title: What came late in cohorts before
-- grain: one row a cohort and age that is not over yet
-- definition: The other cohorts whose period at this age is over, as they stood when as many days were still to come:
--   how many customers each has, how many were still waited for then, and how many of these came all the same.
-- caveats: Not for `on_or_after`, where a period is never over for good, and not while customers still join the cohort.
with open_cells as (
    select cohort, age, datediff('day', $as_of, over_on) - 1 as days_left
    from cohort_cells
    where
        state = 'in_progress'
        and closed_on <= $as_of + to_days(1)
        and ((age > 0 and $criterion = 'exact') or $criterion = 'cumulative')
),

pairs as (
    select
        o.cohort,
        o.age,
        c.cohort as like_cohort,
        c.size,
        c.retained,
        c.over_on - to_days(cast(o.days_left as integer)) as late_from
    from open_cells as o
    inner join cohort_counts as c on o.age = c.age and c.state = 'complete' and c.is_pooled
),

late as (
    select p.cohort, p.age, p.like_cohort, sum(r.customers) as customers
    from pairs as p
    inner join cohort_returns as r
        on p.like_cohort = r.cohort and (p.age = r.age or ($criterion = 'cumulative' and p.age > r.age))
    where r.returned_on >= p.late_from
    group by p.cohort, p.age, p.like_cohort
),

stood as (
    select
        p.cohort,
        p.age,
        p.like_cohort,
        p.size,
        cast(coalesce(l.customers, 0) as bigint) as came,
        p.size - p.retained + cast(coalesce(l.customers, 0) as bigint) as waiting
    from pairs as p
    left join late as l on p.cohort = l.cohort and p.age = l.age and p.like_cohort = l.like_cohort
),

reference_cohorts as (
    select
        cohort,
        age,
        array_agg(size order by like_cohort) as like_size,
        array_agg(waiting order by like_cohort) as like_waiting,
        array_agg(came order by like_cohort) as like_came
    from stood
    group by cohort, age
),

cohort_outlook as (
    select o.cohort, o.age, r.like_size, r.like_waiting, r.like_came
    from open_cells as o
    left join reference_cohorts as r on o.cohort = r.cohort and o.age = r.age
)

select * from cohort_outlook
