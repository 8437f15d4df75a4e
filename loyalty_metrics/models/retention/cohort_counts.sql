-- kind: model
-- title: Retained customers of cohorts
-- grain: one row a cohort and age
-- definition: How many of each cohort the scope's criterion counts as retained by the as-of date, whether the period is over
--   or not.
with hits as (
    select cohort, age, sum(customers) as customers from cohort_returns group by cohort, age
),

cohort_counts as (
    select
        c.*,
        cast(case
            when c.age = 0 and $criterion <> 'cumulative' then c.size
            when $criterion = 'exact' then coalesce(h.customers, 0)
            when $criterion = 'on_or_after' then coalesce(sum(h.customers) over (
                partition by c.cohort order by c.age desc rows between unbounded preceding and current row
            ), 0)
            else coalesce(sum(h.customers) over (
                partition by c.cohort order by c.age rows between unbounded preceding and current row
            ), 0)
        end as bigint) as retained
    from cohort_cells as c
    left join hits as h on c.cohort = h.cohort and c.age = h.age
)

select * from cohort_counts
