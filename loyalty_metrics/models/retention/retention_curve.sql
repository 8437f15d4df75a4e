-- title: Retention curve
-- unit: share of customers
-- grain: one row an age
-- definition: The share of customers who buy again so many periods after their first purchase, over all cohorts that are
--   old enough, with the line that the sBG model draws through it and beyond.
-- formula: sum of retained / sum of sizes over the cohorts whose cell at that age is complete
-- source: Fader & Hardie 2007 (sBG); intervals: Wilson 1927
-- caveats: Old ages rest on few cohorts; `cohorts` tells how many. The projection assumes that customers differ and that
--   nobody changes; it is left out when it cannot be fitted.
-- who: curve_customers(age)
-- column age (number): Periods since the first purchase
-- column cohorts (count): Cohorts whose period at this age is complete
-- column size (count): Customers in them
-- column retained (count): Of them, those retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column projection (share): Retention by the sBG model fitted to the ages observed
with complete as (
    select * from cohort_retention where state = 'complete'
),

retention_curve as (
    select
        age,
        count(*) as cohorts,
        cast(sum(size) as bigint) as size,
        cast(sum(retained) as bigint) as retained
    from complete
    group by age
)

select * from retention_curve
order by age
