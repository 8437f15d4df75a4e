-- title: Customer flow
-- unit: customers
-- grain: one row a calendar period
-- definition: The leaky bucket: who was active at the start, who came new, who came back, who lapsed, who is active now.
-- formula: opening + new + reactivated - lapsed = closing
-- source: Griffin 1995, Customer Loyalty
-- caveats: A customer lapses on the day on which the lapse window has passed without a purchase. Its default is the
--   time by which nine in ten of those who come back have come (see When does a customer count as lapsed); where under 100
--   have, nobody lapses. With a window shorter than the period, one customer
--   may lapse and return within it and is counted each time.
-- who: spells_by_period(period, movement)
-- column period (date): First day of the period
-- column state (code): complete, in_progress, or partial where the data begin within it
-- column opening (count): Active when the period began
-- column new (count): First purchase in the period
-- column retained (count): Active at the start and without a lapse in the period
-- column reactivated (count): Bought again after a lapse
-- column lapsed (count): Lapsed in the period
-- column closing (count): Active when the period ended, or on the as-of date
-- column lapse_days (days): The lapse window used
with moves as (
    select
        starts_in as period,
        case when is_new then spells else 0 end as new,
        case when is_new then 0 else spells end as reactivated,
        0 as lapsed,
        0 as opened_and_lapsed
    from spell_counts
    union all
    select ends_in, 0, 0, spells, case when starts_in < ends_in then spells else 0 end
    from spell_counts
    where ends_in is not null
),

moved as (
    select
        period,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(lapsed) as lapsed,
        sum(opened_and_lapsed) as opened_and_lapsed
    from moves
    group by period
),

filled as (
    select
        p.starts_on as period,
        p.state,
        coalesce(m.new, 0) as new,
        coalesce(m.reactivated, 0) as reactivated,
        coalesce(m.lapsed, 0) as lapsed,
        coalesce(m.opened_and_lapsed, 0) as opened_and_lapsed
    from periods as p
    left join moved as m on p.starts_on = m.period
),

-- Whoever is active when a period begins has begun a spell before it that has not ended before it.
running as (
    select
        *,
        sum(new + reactivated - lapsed) over (order by period rows between unbounded preceding and current row) as closing
    from filled
),

customer_flow as (
    select
        r.period,
        r.state,
        cast(r.closing - r.new - r.reactivated + r.lapsed as bigint) as opening,
        cast(r.new as bigint) as new,
        cast(r.closing - r.new - r.reactivated + r.lapsed - r.opened_and_lapsed as bigint) as retained,
        cast(r.reactivated as bigint) as reactivated,
        cast(r.lapsed as bigint) as lapsed,
        cast(r.closing as bigint) as closing,
        w.lapse_days
    from running as r
    cross join lapse_window as w
)

select * from customer_flow
order by period
