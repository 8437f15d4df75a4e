-- kind: model
-- title: Lapse window
-- grain: one row
-- definition: Days without a purchase after which a customer counts as lapsed: the scope's, else the smallest gap that
--   nine in ten observed gaps do not exceed. Unknown (NULL) when nobody has come back yet; then nobody lapses.
with running as (
    select
        gap_days,
        sum(gaps) over (order by gap_days rows between unbounded preceding and current row) as up_to,
        sum(gaps) over () as total
    from gap_counts
),

observed as (
    select min(gap_days) as lapse_days, max(total) as observed_gaps
    from running
    where up_to * 10 >= total * 9
),

lapse_window as (
    select cast(coalesce($lapse_days, lapse_days) as integer) as lapse_days, cast(observed_gaps as bigint) as observed_gaps
    from observed
)

select * from lapse_window
