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
-- column mean_miss (number): Mean distance of the forecast from what the customer did, for all customers
-- column naive_miss (number): The same of the naive forecast
-- column model (text): The model that spoke
-- column reason (text): Why no model can be fitted; empty when one was
select repeats, days_to_last, days_known, later, days_ahead, count(*) as customers
from histories_at_cut
group by repeats, days_to_last, days_known, later, days_ahead
order by repeats, days_to_last, days_known, later
