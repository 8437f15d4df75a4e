-- kind: model
-- title: Cohorts that are compared
-- grain: one row a cohort whose period at the scope's age is over
-- definition: `part` says to which of the two sets of cohorts it belongs, `older` or `newer`; NULL for neither. Without a
--   choice the newer ones are the last six, the older ones the six before; of fewer than twelve, half and half.
-- caveats: None under `on_or_after`, since older cohorts have had longer to come back.
with over as (
    select
        cohort,
        size,
        retained,
        row_number() over (order by cohort desc) as place,
        least(6, count(*) over () // 2) as n
    from cohort_counts
    where age = $age and state = 'complete' and $criterion <> 'on_or_after'
),

compared_cohorts as (
    select
        cohort,
        size,
        retained,
        case
            when $newer_from is null and place <= n then 'newer'
            when $newer_from is null and place <= 2 * n then 'older'
            when cohort >= $newer_from and cohort <= $newer_to then 'newer'
            when cohort >= $older_from and cohort <= $older_to then 'older'
        end as part
    from over
)

select * from compared_cohorts
