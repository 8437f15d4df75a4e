-- title: Retention counts under other definitions
-- unit: customers
-- grain: one row a way to enter, a way to count purchases, a cohort and an age at which anything is counted
-- definition: What is needed to tell retention by the definitions of other tools: cohorts by the first purchase ever or by
--   the first within filters and window, purchases by occasion or by order, and for each age who bought, bought last and
--   came back first.
-- formula: counts of customers
-- source: this workspace's own transactions; docs/definitions.md
-- caveats: No other page uses these. The product's own definition is `first_ever` with `occasion`; its numbers are those of
--   the cohort table.
-- who: definition_customers(entry, event, cohort, age)
-- column entry (code): first_ever, or in_view: the first purchase that the filters on orders and the window leave
-- column event (code): occasion, or order: any order, whatever it is worth after refunds
-- column cohort (date): First day of the period of entry
-- column age (number): Periods since entry
-- column size (count): Customers in the cohort
-- column first_entry (date): Day on which the first of them entered
-- column last_entry (date): Day on which the last of them entered
-- column bought (count): Customers who bought at this age
-- column bought_last (count): Customers whose last purchase so far was at this age
-- column came_back (count): Customers who came back for the first time at this age
with sizes as (
    select entry, event, cohort, count(*) as size, min(entry_on) as first_entry, max(entry_on) as last_entry
    from definition_spans
    group by entry, event, cohort
),

marks as (
    select entry, event, cohort, age, 1 as bought, 0 as bought_last, 0 as came_back from definition_ages
    union all
    select entry, event, cohort, last_age, 0, 1, 0 from definition_spans
    union all
    select entry, event, cohort, return_age, 0, 0, 1 from definition_spans
),

counts as (
    select
        entry,
        event,
        cohort,
        age,
        cast(sum(bought) as bigint) as bought,
        cast(sum(bought_last) as bigint) as bought_last,
        cast(sum(came_back) as bigint) as came_back
    from marks
    where age is not null
    group by entry, event, cohort, age
),

retention_definitions as (
    select
        s.entry,
        s.event,
        s.cohort,
        coalesce(c.age, 0) as age,
        s.size,
        s.first_entry,
        s.last_entry,
        coalesce(c.bought, 0) as bought,
        coalesce(c.bought_last, 0) as bought_last,
        coalesce(c.came_back, 0) as came_back
    from sizes as s
    left join counts as c on s.entry = c.entry and s.event = c.event and s.cohort = c.cohort
)

select * from retention_definitions
order by entry, event, cohort, age
