-- title: How well purchases are foretold
-- unit: purchases a customer
-- grain: one row a number of repeat occasions before the cut, and one for all customers
-- definition: The forecast of "What each customer will bring" made anew from what was known at a cut, against what
--   customers then bought up to the as-of date. The cut lies 365 days back, or half of the days known where these are
--   fewer.
-- formula: mean expected occasions after the cut (the likelier of BG/NBD and MBG/NBD, fitted to histories up to it)
--   against the mean of those there were, with its 95 % interval for chance in who happened to buy
-- source: Fader, Hardie & Lee 2005, Marketing Science 24 (conditional expectations in the hold-out)
-- caveats: Only customers won before the cut. Refunds that came after the cut are known at it, where refunds restate
--   their orders. The naive forecast lets everybody go on at the rate so far.
-- column repeats (count): Repeat occasions before the cut; the last stands for itself and more; empty: all customers
-- column customers (count): Customers with so many
-- column days_ahead (days): Days from the cut to the as-of date
-- column actual (number): Mean occasions after the cut
-- column low (number): Low end of its 95 % interval
-- column high (number): High end
-- column expected (number): Mean forecast
-- column naive (number): Mean naive forecast, for all customers
-- column error (share): Forecast over what happened, less one
-- column model (text): The model that spoke
-- column reason (text): Why no model can be fitted; empty when one was
with span as (
    select cast(least(365, datediff('day', min(first_on), $as_of) // 2) as integer) as days_ahead
    from members
),

known as (
    select m.customer_key, m.first_on, s.days_ahead
    from members as m
    cross join span as s
    where datediff('day', m.first_on, $as_of) >= s.days_ahead
),

counts as (
    select
        k.customer_key,
        cast(sum(case when datediff('day', d.on_day, $as_of) >= k.days_ahead then 1 else 0 end) as integer) as repeats,
        cast(sum(case when datediff('day', d.on_day, $as_of) < k.days_ahead then 1 else 0 end) as integer) as later,
        max(case when datediff('day', d.on_day, $as_of) >= k.days_ahead then d.on_day end) as last_on
    from known as k
    left join counted_days as d on k.customer_key = d.customer_key and d.is_occasion and d.on_day > k.first_on
    group by k.customer_key
),

dated as (
    select
        c.repeats,
        cast(datediff('day', k.first_on, coalesce(c.last_on, k.first_on)) as integer) as days_to_last,
        cast(datediff('day', k.first_on, $as_of) - k.days_ahead as integer) as days_known,
        c.later,
        k.days_ahead
    from known as k
    inner join counts as c on k.customer_key = c.customer_key
)

select repeats, days_to_last, days_known, later, days_ahead, count(*) as customers
from dated
group by repeats, days_to_last, days_known, later, days_ahead
order by repeats, days_to_last, days_known, later
