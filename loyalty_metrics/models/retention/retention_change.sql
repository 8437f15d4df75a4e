-- title: What changed, and why
-- unit: share of customers
-- grain: one row an attribute and value of it, one an attribute as a whole (value empty), and one for everybody
-- definition: The change of pooled retention at one age between two sets of cohorts, split for each attribute into what comes
--   of another mix of customers and what comes of customers of the same kind behaving otherwise.
-- formula: mix = (share newer - share older) * (mean retention of the value - mean retention of all); rate = mean share *
--   (retention newer - retention older); over all values of an attribute they add up to the change exactly
-- source: Kitagawa 1955; intervals: Newcombe 1998; tests: Fisher, mid-p, and Harville 1977
--   (spread, memory and season of cohorts), corrected by Benjamini & Hochberg 1995; differences between values: DerSimonian & Laird 1986
-- caveats: Tiers are left out: they are earned by coming back, and older cohorts have had longer to earn them. A value that only one of the
--   sets has counts as mix alone. Attributes stand beside each other; their effects do not add up over attributes. Under
--   "bought in that period or later" nothing is compared, since older cohorts have had longer to come back.
-- who: changed_customers(attribute, value, part)
-- column attribute (code): What customers are told apart by; everybody is all of them
-- column value (code): Its value; '' not known, empty for the attribute as a whole
-- column older_size (count): Customers in the older cohorts
-- column older_retained (count): Of them, those retained
-- column older_retention (share): Retained / size
-- column newer_size (count): Customers in the newer cohorts
-- column newer_retained (count): Of them, those retained
-- column newer_retention (share): Retained / size
-- column change (share): Newer retention less older
-- column change_low (share): Lower end of its 95% interval, the cohorts' own ups and downs and their season allowed for
-- column change_high (share): Upper end of its 95% interval
-- column mix_effect (share): Part of the total change that comes of another mix
-- column rate_effect (share): Part of the total change that comes of behaviour within the value
-- column chance (share): How often chance, and the cohorts' own ups and downs and season, make a change as large
-- column corrected (share): The same, corrected for the number of values looked at; of everybody, as it is
-- column verdict (code): up or down where corrected is at most 5%, else within_chance
-- column by_season (code): no where less than a year is known: a season may have made the change, and nothing is called one
-- column uneven (share): Of an attribute: how often chance alone makes the values' changes differ so much, corrected for the
--   number of attributes
-- column explained (share): Of an attribute: the size of its mix effect and how far the values' changes truly differ
-- column reversal (code): Of an attribute: yes where all its values moved one way and the total the other (Simpson)
-- column older_from (date): First of the older cohorts
-- column older_to (date): Last of the older cohorts
-- column newer_from (date): First of the newer cohorts
-- column newer_to (date): Last of the newer cohorts
with bounds as (
    select
        min(case when part = 'older' then cohort end) as older_from,
        max(case when part = 'older' then cohort end) as older_to,
        min(case when part = 'newer' then cohort end) as newer_from,
        max(case when part = 'newer' then cohort end) as newer_to,
        array_agg(size order by cohort) as cohort_sizes,
        array_agg(retained order by cohort) as cohort_retained,
        array_agg(part order by cohort) as cohort_parts,
        array_agg(cohort order by cohort) as cohorts
    from compared_cohorts
    where at_edge = 'no'
),

counted as (
    select
        attribute,
        value,
        cast(sum(case when part = 'older' then 1 else 0 end) as bigint) as older_size,
        cast(sum(case when part = 'older' and is_retained then 1 else 0 end) as bigint) as older_retained,
        cast(sum(case when part = 'newer' then 1 else 0 end) as bigint) as newer_size,
        cast(sum(case when part = 'newer' and is_retained then 1 else 0 end) as bigint) as newer_retained
    from changed_customers
    group by attribute, value
),

retention_change as (
    select
        c.*, b.older_from, b.older_to, b.newer_from, b.newer_to,
        b.cohort_sizes, b.cohort_retained, b.cohort_parts, b.cohorts,
        $grain as grain
    from counted as c
    cross join bounds as b
)

select * from retention_change
order by attribute, value
