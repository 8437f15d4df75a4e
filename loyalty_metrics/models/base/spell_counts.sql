-- kind: model
-- stored: yes
-- title: Spells of activity by period
-- grain: one row a period in which spells begin, period in which they end, and whether they are the customers' first
-- definition: How many spells of activity begin in one period and end in another; those that last have no end. Customers
--   who did not come back are those who came less those who did, day by day.
with came_back as (
    select starts_on as first_on, count(*) as customers from return_spells where is_new group by starts_on
),

once as (
    select e.first_on, e.first_on + w.lapse_days as lapses_on, e.customers - coalesce(b.customers, 0) as spells
    from entry_counts as e
    left join came_back as b on e.first_on = b.first_on
    cross join lapse_limit as w
),

by_day as (
    select starts_on, lapses_on, is_new, 1 as spells from return_spells
    union all
    select first_on, lapses_on, true, spells from once where spells > 0
),

spell_counts as (
    select
        cast(date_trunc($grain, starts_on) as date) as starts_in,
        cast(date_trunc($grain, case when lapses_on <= $as_of then lapses_on end) as date) as ends_in,
        is_new,
        cast(sum(spells) as bigint) as spells
    from by_day
    group by 1, 2, 3
)

select * from spell_counts
