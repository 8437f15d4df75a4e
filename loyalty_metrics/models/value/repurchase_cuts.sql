-- kind: model
-- title: Days at which repurchase is learned
-- grain: one row
-- definition: How many days are looked ahead (`days_ahead`) from the as-of date: the scope's lapse window, else the smallest
--   gap that nine in ten gaps seen do not exceed; and the days that lie one, two, three and four times as far before the
--   as-of date. What followed the nearest of them is known to the end, and is what a forecast is tested on. Unknown (NULL)
--   where nobody has come back yet.
-- caveats: The default lapse window, which counts gaps that still last, is longer: four of it seldom fit into the data.
with running as (
    select
        gap_days,
        sum(gaps) over (order by gap_days rows between unbounded preceding and current row) as up_to,
        sum(gaps) over () as total
    from gap_counts
),

ahead as (
    select cast(coalesce($lapse_days, min(gap_days)) as integer) as days_ahead
    from running
    where up_to * 10 >= total * 9
),

repurchase_cuts as (
    select
        cast($as_of as date) as as_of,
        days_ahead,
        cast($as_of - days_ahead as date) as cut_1,
        cast($as_of - 2 * days_ahead as date) as cut_2,
        cast($as_of - 3 * days_ahead as date) as cut_3,
        cast($as_of - 4 * days_ahead as date) as cut_4
    from ahead
)

select * from repurchase_cuts
