-- stored: yes
-- title: What each RFM score takes
-- unit: several; each row says its own
-- grain: one row a part of RFM (recency, frequency, monetary) and score that somebody has
-- definition: The smallest and largest value with which customers have the score, and how many have it.
-- formula: see RFM scores
-- source: Hughes 1994, Strategic Database Marketing
-- caveats: By quintiles, scores compare customers with each other, so the bounds move from day to day. A score that
--   nobody has is missing: many equal customers share one. Fixed thresholds are those of today.
-- column figure (code): Recency, frequency or monetary value
-- column unit (code): Unit of its bounds
-- column score (number): Score; 5 is best
-- column low (number): Smallest value with that score
-- column high (number): Largest value with that score
-- column customers (count): Customers with that score
with buyers as (
    select datediff('day', last_on, $as_of) as recency_days, occasions, net
    from customer_totals
    where occasions > 0
),

counted as (
    select 'recency' as figure, 'days' as unit, cast(recency_days as decimal(28, 4)) as value, -1 as better, count(*) as n
    from buyers
    group by recency_days
    union all
    select 'frequency' as figure, 'count' as unit, cast(occasions as decimal(28, 4)) as value, 1 as better, count(*) as n
    from buyers
    group by occasions
    union all
    select 'monetary' as figure, 'money' as unit, cast(net as decimal(28, 4)) as value, 1 as better, count(*) as n
    from buyers
    group by net
),

ranked as (
    select
        *,
        sum(n) over (partition by figure order by better * value rows between unbounded preceding and current row) - n as worse,
        sum(n) over (partition by figure) as total
    from counted
),

thresholds as (
    select 'recency' as figure, recency_2 as two, recency_3 as three, recency_4 as four, recency_5 as five from score_cuts
    union all
    select 'frequency' as figure, frequency_2, frequency_3, frequency_4, frequency_5 from score_cuts
    union all
    select 'monetary' as figure, monetary_2, monetary_3, monetary_4, monetary_5 from score_cuts
),

scored as (
    select
        r.figure,
        r.unit,
        r.value,
        r.n,
        case
            when t.two is null then cast(1 + (5 * (2 * r.worse + r.n)) // (2 * r.total) as integer)
            when r.better * r.value >= r.better * t.five then 5
            when r.better * r.value >= r.better * t.four then 4
            when r.better * r.value >= r.better * t.three then 3
            when r.better * r.value >= r.better * t.two then 2
            else 1
        end as score
    from ranked as r
    inner join thresholds as t on r.figure = t.figure
),

rfm_cuts as (
    select figure, unit, score, min(value) as low, max(value) as high, cast(sum(n) as bigint) as customers
    from scored
    group by figure, unit, score
)

select * from rfm_cuts
order by figure, score
