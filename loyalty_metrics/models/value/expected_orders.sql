-- title: Orders to expect
-- unit: purchases
-- grain: one row a number of weeks ahead
-- definition: Purchase occasions that today's customers will make within so many weeks, all together, and the margin or
--   revenue of them. Orders of customers who are still to be won are not in it.
-- formula: sum over customers of expected occasions (BG/NBD or MBG/NBD); times expected spend (Gamma-Gamma) and margin share;
--   not discounted
-- source: As for "What each customer will bring"
-- caveats: No season and no campaign is in it. `low` to `high` is how well the expectation itself is known; what happens
--   should lie in `likely_low` to `likely_high` in 95 % of cases if the models hold, for it allows for chance in who buys,
--   too. Where no model can be fitted, everybody goes on at the rate so far, without ranges.
-- column weeks (count): Weeks ahead
-- column days (days): Days ahead
-- column customers (count): Customers of today
-- column buyers (number): Of them, those expected to buy at least once
-- column orders (number): Purchase occasions to expect
-- column low (number): Low end of the 95 % interval of that expectation
-- column high (number): High end
-- column likely_low (number): Low end of where the occasions should lie
-- column likely_high (number): High end
-- column value (money): Margin, or revenue, to expect
-- column value_low (money): Low end of where it should lie
-- column value_high (money): High end
-- column basis (code): What value is counted in: margin or revenue
-- column method (code): Whether the models speak, or what stands in for them
-- column model (text): The models and their parameters
-- column reason (text): Why the models could not be fitted; empty when they could
select h.repeats, h.days_to_last, h.days_known, h.mean_spend, t.margin_share, t.horizon, t.discount
from customer_histories as h
cross join value_terms as t
order by h.customer_key
