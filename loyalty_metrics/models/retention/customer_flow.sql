-- title: Customer flow
-- unit: customers
-- grain: one row a calendar period
-- definition: The leaky bucket: who was active at the start, who came new, who came back, who lapsed, who is active now.
-- formula: opening + new + reactivated - lapsed = closing
-- source: Griffin 1995, Customer Loyalty
-- caveats: A customer lapses on the day on which the lapse window has passed without a purchase. Its default is the
--   smallest gap that nine in ten observed gaps do not exceed. With a window shorter than the period, one customer
--   may lapse and return within it and is counted each time.
-- who: spells_by_period(period, movement)
-- column period (date): First day of the period
-- column state (code): complete or in_progress
-- column opening (count): Active when the period began
-- column new (count): First purchase in the period
-- column retained (count): Active at the start and without a lapse in the period
-- column reactivated (count): Bought again after a lapse
-- column lapsed (count): Lapsed in the period
-- column closing (count): Active when the period ended, or on the as-of date
-- column lapse_days (days): The lapse window used
with movements as (
    select
        p.starts_on as period,
        p.state,
        cast(sum(case when s.starts_on < p.starts_on then 1 else 0 end) as bigint) as opening,
        cast(sum(case when s.starts_on >= p.starts_on and s.is_new then 1 else 0 end) as bigint) as new,
        cast(sum(case when s.starts_on < p.starts_on and (s.ends_on is null or s.ends_on > p.ends_on) then 1 else 0 end) as bigint)
            as retained,
        cast(sum(case when s.starts_on >= p.starts_on and not s.is_new then 1 else 0 end) as bigint) as reactivated,
        cast(sum(case when s.ends_on <= p.ends_on then 1 else 0 end) as bigint) as lapsed,
        cast(sum(case when s.ends_on is null or s.ends_on > p.ends_on then 1 else 0 end) as bigint) as closing
    from periods as p
    inner join spells as s on s.starts_on <= p.ends_on and (s.ends_on is null or s.ends_on >= p.starts_on)
    group by p.starts_on, p.state
),

customer_flow as (
    select
        p.starts_on as period,
        p.state,
        coalesce(m.opening, 0) as opening,
        coalesce(m.new, 0) as new,
        coalesce(m.retained, 0) as retained,
        coalesce(m.reactivated, 0) as reactivated,
        coalesce(m.lapsed, 0) as lapsed,
        coalesce(m.closing, 0) as closing,
        w.lapse_days
    from periods as p
    left join movements as m on p.starts_on = m.period
    cross join lapse_window as w
)

select * from customer_flow
order by period
