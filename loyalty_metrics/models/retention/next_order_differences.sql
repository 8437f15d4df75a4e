-- title: Do the groups differ in when they buy next?
-- unit: chance
-- grain: one row for all groups together (both names empty), and one a pair of the seven largest groups
-- definition: Whether the groups come back at the same pace, by the log-rank test: how likely so large a difference, or a
--   larger one, is between groups that are alike.
-- formula: chi squared = (O - E)' V^-1 (O - E), O and E returns seen and expected, V their hypergeometric covariance
-- source: Mantel 1966; pace: Peto & Pike 1973; pairs corrected by Benjamini & Hochberg 1995
-- caveats: The test sees differences that hold all along; curves that cross may go unseen. With more than one pair looked
--   at, read the corrected chance.
-- column group_a (text): One group; empty in the row for all groups
-- column group_b (text): The other
-- column customers_a (count): Customers of the one group; in the row for all groups, of all
-- column customers_b (count): Customers of the other
-- column pace (number): How many times as fast as the other the one group comes back: (O/E of one) / (O/E of other)
-- column statistic (number): Chi squared
-- column degrees (count): Degrees of freedom
-- column p_value (number): Chance of such a difference between groups that are alike
-- column p_adjusted (number): The same, corrected for the number of pairs
with next_order_differences as (
    select * from time_to_next_order
)

select * from next_order_differences
order by group_name, days
