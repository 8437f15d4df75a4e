-- kind: model
-- title: Cells of the cohort triangle
-- grain: one row a cohort and age, up to the age of the oldest cohort
-- definition: When the period at that age begins for the first member and is over for the last (`over_on` is the day after),
--   and from which day on no customer joins the cohort any more (`closed_on`). Cohorts that are not `settled` lie within
--   the edge of the data: many of their customers may be old ones. `is_pooled` are the settled ones, or all where
--   none of these is old enough yet.
with entered as (
    select
        cast(date_trunc($grain, first_on) as date) as cohort,
        cast(sum(customers) as bigint) as size,
        min(first_on) as first_entry,
        max(first_on) as last_entry
    from entry_counts
    group by 1
),

age_count as (
    select case
        when $clock = 'calendar' then datediff($grain, min(cohort), cast(date_trunc($grain, $as_of) as date))
        else datediff('day', min(first_entry), $as_of) // $rolling_days
    end as oldest
    from entered
),

ages as (
    select cast(unnest(range(0, oldest + 1)) as integer) as age from age_count
),

dated as (
    select
        c.cohort,
        a.age,
        c.size,
        case
            when $clock = 'rolling' then c.first_entry + to_days(cast(a.age * $rolling_days as integer))
            when $grain = 'day' then c.cohort + to_days(a.age)
            when $grain = 'week' then c.cohort + to_days(7 * a.age)
            when $grain = 'month' then c.cohort + to_months(a.age)
            else c.cohort + to_months(3 * a.age)
        end as begins_on,
        case
            when $clock = 'rolling' then c.last_entry + to_days(cast((a.age + 1) * $rolling_days as integer))
            when $grain = 'day' then c.cohort + to_days(a.age + 1)
            when $grain = 'week' then c.cohort + to_days(7 * (a.age + 1))
            when $grain = 'month' then c.cohort + to_months(a.age + 1)
            else c.cohort + to_months(3 * (a.age + 1))
        end as ends_on,
        case
            when $grain = 'day' then c.cohort + to_days(1)
            when $grain = 'week' then c.cohort + to_days(7)
            when $grain = 'month' then c.cohort + to_months(1)
            else c.cohort + to_months(3)
        end as closed_on
    from entered as c
    cross join ages as a
),

stated as (
    select
        cohort,
        age,
        size,
        cohort >= $settled_from as is_settled,
        cast(greatest(ends_on, closed_on) as date) as over_on,
        cast(closed_on as date) as closed_on,
        case
            when begins_on > $as_of then 'unobservable'
            when greatest(ends_on, closed_on) <= $as_of + to_days(1) then 'complete'
            else 'in_progress'
        end as state
    from dated
),

cohort_cells as (
    select
        *,
        is_settled or not bool_or(is_settled and age > 0 and state = 'complete') over () as is_pooled
    from stated
)

select * from cohort_cells
