-- title: What the customer base is worth, and why it moved
-- unit: money
-- grain: one row a part: the value at the earlier date, each reason of the change, the value now
-- definition: The sum of "What each customer will bring" over all customers, at the earlier date and now. The change is
--   told in parts that add up to it exactly: what was learnt since (`relearnt`: the customers of then, as they stood
--   then, under the models of now, less what was thought then); customers won since (`newly_won`); customers who now look
--   gone, with a chance of less than 50 % to be there (`looks_gone`); all others, whose value grew (`worth_more`) or shrank
--   (`worth_less`).
-- formula: base_now - base_before = relearnt + newly_won + looks_gone + worth_more + worth_less
-- source: Fader & Hardie 2010, Customer-base valuation in a contractual setting, Marketing Science 29 (the idea: value the
--   customers there are); as for "What each customer will bring"
-- caveats: Customers still to be won are not in it. The ranges are of the expectation. Under the BG/NBD, a customer seen
--   once never looks gone; the value then shrinks under `worth_less`. Where no model can be fitted, nobody looks gone, and there
--   are no ranges: the method says so. `spend_link` tells whether frequent customers spend more an occasion, which the
--   models take not to be so.
-- column part (code): The part
-- column customers (count): Customers it is made of
-- column value (money): Margin, or revenue, within the horizon, as money of its date; for a reason, the change
-- column low (money): Low end of the 95 % interval of that expectation, for the two totals
-- column high (money): High end
-- column on_day (date): The date of the totals
-- column horizon (days): Days looked ahead
-- column discount (number): Percent a year
-- column basis (code): What value is counted in: margin or revenue
-- column margin_share (share): Margin of a unit of revenue; empty where value is revenue
-- column cost_known (share): Of revenue, the part whose cost is known
-- column method (code): Whether the models speak, or what stands in for them
-- column model (text): The models and their parameters
-- column reason (text): Why the models could not be fitted; empty when they could
-- column spend_link (number): Rank correlation of repeats and mean spend, among those who came back
-- column spend_link_low (number): Low end of its 95 % interval
-- column spend_link_high (number): High end
select
    repeats,
    days_to_last,
    days_known,
    mean_spend,
    repeats_before,
    days_to_last_before,
    days_known_before,
    mean_spend_before,
    margin_share,
    margin_share_before,
    cost_known,
    horizon,
    discount,
    as_of,
    compare_to
from value_changes
