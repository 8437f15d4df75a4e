-- kind: model
-- title: Cohorts that are compared
-- grain: one row a cohort whose period at the scope's age is over
-- definition: `part` says to which of the two sets of cohorts it belongs, `older` or `newer`; NULL for neither. Without a
--   choice the newer ones are the last three, the older ones up to twelve before them; of fewer than six, half and half.
-- caveats: Cohorts within the edge of the data are in neither. None under `on_or_after`, since older cohorts have had longer to come back.
with over as (
    select
        cohort,
        size,
        retained,
        is_settled,
        row_number() over (order by cohort desc) as place,
        least(3, sum(case when is_settled then 1 else 0 end) over () // 2) as n
    from cohort_counts
    where age = $age and state = 'complete' and $criterion <> 'on_or_after'
),

compared_cohorts as (
    select
        cohort,
        size,
        retained,
        case when is_settled then 'no' else 'yes' end as at_edge,
        case
            when not is_settled then null
            when $newer_from is null and place <= n then 'newer'
            when $newer_from is null and place <= n + 12 then 'older'
            when cohort >= $newer_from and cohort <= $newer_to then 'newer'
            when cohort >= $older_from and cohort <= $older_to then 'older'
        end as part
    from over
)

select * from compared_cohorts
