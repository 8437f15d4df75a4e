-- kind: model
-- title: Lapse window
-- grain: one row
-- definition: Days without a purchase after which a customer counts as lapsed: the scope's, else the smallest t with
--   1 - S(t) >= 0.9 (1 - S(end)), where S is the Kaplan-Meier curve of the gaps between purchases and gaps that still last
--   are censored at the as-of date: by then nine in ten of those who will be seen to come back have come. Unknown (NULL)
--   under 100 gaps, which do not decide it; then nobody lapses.
with lengths as (
    select gap_days as days, gaps as ended, gaps as watched from gap_counts
    union all
    select datediff('day', last_on, $as_of), 0, customers from open_gaps
),

by_length as (
    select days, cast(sum(ended) as double) as ended, cast(sum(watched) as double) as watched
    from lengths
    group by days
),

at_risk as (
    select
        days,
        ended,
        sum(watched) over (order by days desc rows between unbounded preceding and current row) as waiting
    from by_length
),

curve as (
    select
        days,
        sum(ended) over () as observed_gaps,
        1 - product(1 - ended / waiting) over (order by days rows between unbounded preceding and current row) as came_back
    from at_risk
),

-- A product of shares may miss a round value by so much.
reached as (
    select days, observed_gaps, came_back >= 0.9 * max(came_back) over () - 1e-12 as is_most
    from curve
),

found as (
    select min(days) filter (is_most and observed_gaps >= 100) as lapse_days, max(observed_gaps) as observed_gaps
    from reached
),

lapse_window as (
    select cast(coalesce($lapse_days, lapse_days) as integer) as lapse_days, cast(observed_gaps as bigint) as observed_gaps
    from found
)

select * from lapse_window
