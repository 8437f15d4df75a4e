-- title: Does 80/20 hold year by year, and do the best stay the best?
-- unit: several; each column says its own
-- grain: one row a year, ending on the day of the as-of date
-- definition: The share of a year's value that its best fifth of customers brings, the customers who bring 80%, the
--   inequality (Gini), and how much of the best fifth of the year before is again among the best fifth.
-- formula: as in the Pareto summary, from the value of that year alone; persistence = still_top / top_before
-- source: Pareto 1896; intervals: as in the Pareto summary; persistence: Wilson 1927
-- caveats: Only customers with an order that counts in the year are in it; who stays away drops out of the best. Equal
--   customers on the border of the best fifth count in part, so persistence never depends on ids. If customers changed
--   places at random it would be 20% or less. The first year is `partial` where the
--   data begin within it, and nothing is compared with it.
-- who: best_by_year(year_to, movement)
-- column year_to (date): Last day of the year
-- column state (code): complete, or partial where the data begin within the year
-- column customers (count): Customers of known value in the year
-- column total (number): What they are worth together
-- column top_share (share): Share of the value that the best fifth brings
-- column top_low (share): Lower end of its 95% interval
-- column top_high (share): Upper end of its 95% interval
-- column covered (share): How often such intervals hold the truth, at worst
-- column carriers_share (share): Share of customers that brings 80% of the value
-- column gini (number): Inequality, 0 all equal to 1
-- column top_before (number): Customers in the best fifth of the year before, pro rata on its border
-- column still_top (number): Of them, those in the best fifth of this year
-- column persistence (share): Still top / top before
-- column persistence_low (share): Lower end of its 95% interval
-- column persistence_high (share): Upper end of its 95% interval
with histogram as (
    select years_ago, value, count(*) as customers from year_ranks group by years_ago, value
),

states as (
    select
        y.years_ago,
        case when b.first_day > cast($as_of - to_years(y.years_ago + 1) as date) + to_days(1) then 'partial' else 'complete' end as state
    from (select distinct years_ago from year_ranks) as y
    cross join (select min(on_day) as first_day from customer_days) as b
),

tops as (
    select r.years_ago - 1 as years_ago, sum(r.in_top) as top_before
    from year_ranks as r
    inner join states as s on r.years_ago = s.years_ago and s.state = 'complete'
    group by r.years_ago
),

kept as (
    select r.years_ago, sum(r.in_top * b.in_top) as still_top
    from year_ranks as r
    inner join year_ranks as b on r.customer_key = b.customer_key and r.years_ago = b.years_ago - 1
    group by r.years_ago
),

pareto_by_year as (
    select
        cast($as_of - to_years(h.years_ago) as date) as year_to,
        s.state,
        h.value,
        h.customers,
        t.top_before,
        case when t.top_before > 0 then coalesce(k.still_top, 0) end as still_top
    from histogram as h
    inner join states as s on h.years_ago = s.years_ago
    left join tops as t on h.years_ago = t.years_ago
    left join kept as k on h.years_ago = k.years_ago
)

select * from pareto_by_year
order by year_to, value desc
