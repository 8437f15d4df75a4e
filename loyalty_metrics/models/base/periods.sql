-- kind: model
-- title: Calendar periods
-- grain: one row a calendar period from the first order of a customer to the as-of date
-- definition: `complete` once its last day is not after the as-of date, else `in_progress`; `partial` where it is over and
--   the data begin after its first day: nothing is compared with it. Weeks are ISO weeks.
with bounds as (
    select on_day as begins_on, cast(date_trunc($grain, on_day) as date) as first_start from data_begins
),

numbered as (
    select
        begins_on,
        first_start,
        cast(unnest(range(0, datediff($grain, first_start, cast(date_trunc($grain, $as_of) as date)) + 1)) as integer) as n
    from bounds
),

starts as (
    select n, begins_on, cast(case $grain
        when 'day' then first_start + to_days(n)
        when 'week' then first_start + to_days(7 * n)
        when 'month' then first_start + to_months(n)
        when 'quarter' then first_start + to_months(3 * n)
    end as date) as starts_on
    from numbered
),

ends as (
    select n, begins_on, starts_on, cast(case $grain
        when 'day' then starts_on
        when 'week' then starts_on + to_days(6)
        when 'month' then starts_on + to_months(1) - to_days(1)
        when 'quarter' then starts_on + to_months(3) - to_days(1)
    end as date) as ends_on
    from starts
),

periods as (
    select n, starts_on, ends_on, case
        when ends_on > $as_of then 'in_progress'
        when begins_on > starts_on then 'partial'
        else 'complete'
    end as state
    from ends
)

select * from periods
