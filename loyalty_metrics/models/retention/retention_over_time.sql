-- title: Retention over time
-- unit: share of customers
-- grain: one row a cohort whose period at the scope's age is over
-- definition: The retention of one cohort after the other at the same age, and the cohort from which on it changed for good.
-- formula: retained / size; the turning point is the split into earlier and later cohorts that tells two shares most apart
-- source: Worsley 1983 (likelihood ratio of a change); intervals: Wilson 1927
-- caveats: One change is looked for. `chance` is how often the cohorts' departures from the common share show so clear a split
--   in a random order, so that it allows for every split looked at; fewer than eight cohorts can hardly be surprising. A season looks like a change
--   where less than two years are seen.
-- who: retained_customers(cohort, age)
-- column cohort (date): First day of the period in which these customers bought first
-- column age (number): Periods since the first purchase
-- column size (count): Customers in the cohort
-- column retained (count): Of them, those retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column part (code): older or newer, where it is one of the cohorts that are compared
-- column turning (code): yes for the first cohort after the change
-- column before (share): Retention of all cohorts before the turning point together
-- column after (share): Retention of all cohorts from it on together
-- column chance (share): How often chance alone shows so clear a turning point
with retention_over_time as (
    select cohort, $age as age, size, retained, part from compared_cohorts
)

select * from retention_over_time
order by cohort
