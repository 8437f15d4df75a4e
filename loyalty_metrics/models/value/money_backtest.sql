-- title: How well money is foretold
-- unit: money
-- grain: one row
-- definition: The forecast of "What each customer will bring" made anew from what was known at a cut, as money not discounted,
--   against what the customers of then spent up to the as-of date. The cut lies 365 days back, or half of the days known
--   where these are fewer.
-- formula: error = foretold / spent - 1
-- source: Fader & Hardie 2013 (Gamma-Gamma), with the likelier of BG/NBD and MBG/NBD fitted to histories up to the cut
-- caveats: Only customers won before the cut. Revenue, after refunds known today. One cut: how far off it was tells the size of
--   an error to reckon with, not that of the next.
-- column customers (count): Customers known at the cut
-- column days_ahead (days): Days from the cut to the as-of date
-- column expected (money): What they were foretold to spend
-- column actual (money): What they spent
-- column error (share): Foretold over spent, less one; empty where nothing was spent or foretold
-- column method (code): How the forecast was made
select repeats, days_to_last, days_known, mean_spend, later_spend, days_ahead, days_ahead as horizon, 0 as discount
from histories_at_cut
order by repeats, days_to_last, days_known, mean_spend, later_spend
