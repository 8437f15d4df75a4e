-- title: Forecast and purchases week by week
-- unit: purchases
-- grain: one row a week since the cut of the back-test
-- definition: The forecast made from what was known at the cut, against the purchase occasions of the same customers since:
--   in each week, and added up.
-- formula: expected = sum over customers of expected occasions up to the end of the week, less that up to its start
-- source: Fader, Hardie & Lee 2005, Marketing Science 24 (tracking plots)
-- caveats: Only customers won before the cut. Only whole weeks. The models know no season: a wave around the forecast is
--   the season, a drift away from it is a fault of the forecast.
-- column week (count): Weeks since the cut
-- column on_day (date): Last day of the week
-- column expected (number): Occasions to expect in the week
-- column actual (count): Occasions there were
-- column expected_total (number): Occasions to expect since the cut
-- column actual_total (count): Occasions since the cut
-- column model (text): The model that spoke
-- column reason (text): Why no model can be fitted; empty when one was
with since as (
    select datediff('day', d.on_day, $as_of) as days_ago, h.days_ahead, count(*) as purchases
    from histories_at_cut as h
    inner join counted_days as d on h.customer_key = d.customer_key and d.is_occasion and d.on_day > d.first_on
    where datediff('day', d.on_day, $as_of) < h.days_ahead
    group by datediff('day', d.on_day, $as_of), h.days_ahead
),

histories as (
    select repeats, days_to_last, days_known, days_ahead, count(*) as customers
    from histories_at_cut
    group by repeats, days_to_last, days_known, days_ahead
)

select
    repeats,
    days_to_last,
    days_known,
    days_ahead,
    customers,
    null as since_cut,
    null as purchases,
    cast($as_of as date) as as_of
from histories
union all
select null, null, null, days_ahead, null, days_ahead - days_ago, purchases, cast($as_of as date)
from since
order by 1, 2, 3, 6
