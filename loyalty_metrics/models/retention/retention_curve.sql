-- title: Retention curve
-- unit: share of customers
-- grain: one row an age
-- definition: The share of customers who buy again so many periods after their first purchase, over all settled cohorts
--   that are old enough, with the line that the sBG model draws through it and beyond, and how that line would have fared before.
-- formula: sum of retained / sum of sizes over the cohorts whose cell at that age is complete; back-test: the same line
--   fitted to the cells complete a third of the ages ago, against those completed since
-- source: Fader & Hardie 2007 (sBG); intervals: Wilson 1927
-- caveats: Cohorts within the edge of the data, where old customers look new, are left out unless there are no others.
--   Old ages rest on few cohorts; `cohorts` tells how many. The model is one of customers who differ and who leave
--   for good. Counted by "bought in that period", customers come and go: the line then smooths the share that buys, as if
--   who does not buy had left. Counted by "had bought again", it is fitted to those still waiting. Under "in that period
--   or later" the latest cells still fill up, and no line is drawn. The back-test counts orders as they are known today.
-- who: curve_customers(age)
-- column age (number): Periods since the first purchase
-- column cohorts (count): Cohorts whose period at this age is complete
-- column size (count): Customers in them
-- column retained (count): Of them, those retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column projection (share): Retention by the sBG model fitted to the ages observed
-- column projection_state (code): fitted, or why there is no projection
-- column held_out (count): Periods that the back-test goes back
-- column size_since (count): Customers of the cells completed since
-- column retained_since (count): Of them, those retained
-- column retention_since (share): Retained since / size since
-- column projected_before (share): What the projection made from the cells complete before says
with complete as (
    select cohort, age, size, retained from cohort_counts where state = 'complete' and is_pooled
),

third as (
    select max(age) // 3 as periods from complete
),

dated as (
    -- A cell was complete so many periods ago where the same cohort's cell so many ages later is complete now.
    select c.age, c.size, c.retained, t.periods, l.cohort is null as is_since
    from complete as c
    cross join third as t
    left join complete as l on c.cohort = l.cohort and c.age + t.periods = l.age
),

retention_curve as (
    select
        age,
        count(*) as cohorts,
        cast(sum(size) as bigint) as size,
        cast(sum(retained) as bigint) as retained,
        cast(max(periods) as integer) as held_out,
        cast(sum(case when is_since then size else 0 end) as bigint) as size_since,
        cast(sum(case when is_since then retained else 0 end) as bigint) as retained_since,
        $criterion as criterion
    from dated
    group by age
)

select * from retention_curve
order by age
