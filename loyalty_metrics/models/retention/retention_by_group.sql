-- title: Retention by group
-- unit: share of customers
-- grain: one row a group of customers and age; without a group, all together
-- definition: The retention curve of each group: the share who buy again so many periods after their first purchase.
-- formula: sum of retained / sum of sizes over the group's customers in cohorts whose cell at that age is complete
-- source: Fader & Hardie 2007; intervals: Wilson 1927
-- caveats: Cohorts within the edge of the data are left out, unless there are no others. Groups are by what is known of a customer today. A tier is reached by coming back, so that curves by tier
--   compare customers by what they have become, not by what they were. Old ages rest on few cohorts.
-- who: group_curve_customers(group_name, age)
-- column group_name (text): The group
-- column age (number): Periods since the first purchase
-- column cohorts (count): Cohorts with customers of the group whose period at this age is complete
-- column size (count): Customers of the group in them
-- column retained (count): Of them, those retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
with sizes as (
    select cast(date_trunc($grain, first_on) as date) as cohort, group_name, count(*) as size
    from customer_groups
    where first_on is not null
    group by 1, 2
),

kept as (
    select cohort, group_name, age, count(*) as retained
    from group_curve_customers
    group by cohort, group_name, age
),

retention_by_group as (
    select
        s.group_name,
        c.age,
        count(*) as cohorts,
        cast(sum(s.size) as bigint) as size,
        cast(sum(coalesce(k.retained, 0)) as bigint) as retained
    from cohort_counts as c
    inner join sizes as s on c.cohort = s.cohort
    left join kept as k
        on s.cohort = k.cohort and s.group_name is not distinct from k.group_name and c.age = k.age
    where c.state = 'complete' and c.is_pooled
    group by s.group_name, c.age
)

select * from retention_by_group
order by group_name, age
