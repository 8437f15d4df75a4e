-- title: Retention over time
-- unit: share of customers
-- grain: one row a cohort whose period at the scope's age is over
-- definition: The retention of one cohort after the other at the same age, and the cohort from which on it changed for good.
-- formula: retained / size; the turning point is the split into earlier and later cohorts, three at least on either side, that
--   tells two shares most apart
-- source: Siegmund 1985 (averaged likelihood ratio of a step); intervals: Wilson 1927
-- caveats: One change is looked for, among cohorts beyond the edge of the data. `chance` allows for every split looked at, for
--   cohorts that differ more than chance makes them, for neighbours that are alike, and for seasons; where no season is
--   known twice, nothing is called a change for good.
-- who: retained_customers(cohort, age)
-- column cohort (date): First day of the period in which these customers bought first
-- column age (number): Periods since the first purchase
-- column size (count): Customers in the cohort
-- column retained (count): Of them, those retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column at_edge (code): yes where the cohort lies within the edge of the data, and is not looked at for a turning point
-- column part (code): older or newer, where it is one of the cohorts that are compared
-- column turning (code): yes for the first cohort after the change
-- column before (share): Retention of all cohorts before the turning point together
-- column after (share): Retention of all cohorts from it on together
-- column chance (share): How often chance alone shows so clear a turning point
with retention_over_time as (
    select cohort, $age as age, size, retained, at_edge, part, $grain as grain from compared_cohorts
)

select * from retention_over_time
order by cohort
