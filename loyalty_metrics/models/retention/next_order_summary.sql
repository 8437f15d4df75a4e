-- title: When customers buy next
-- unit: several; each column says its own
-- grain: one row a group of customers; without a group, all together
-- definition: How many buy again and how soon, and the days between which a reminder pays: from the day by which half of
--   those who come back within the horizon have done so, to the day by which nine in ten of them have.
-- formula: share within t days = 1 - S(t) (Kaplan-Meier); median = first t with S(t) <= 1/2; reminder from the first t with
--   1 - S(t) >= (1 - S(horizon)) / 2, to the first t with 1 - S(t) >= 0.9 (1 - S(horizon))
-- source: Kaplan & Meier 1958; interval of the median: Brookmeyer & Crowley 1982
-- caveats: Before the window most of those who come back do so unasked; of the returns still to come when it opens, four
--   in five fall within it. The horizon is a year, or the last day on which 30 customers are still watched where that is
--   less; with fewer than 30 customers there is no window. The window says when customers return, not what a reminder
--   adds: only a comparison with customers not reminded tells that.
-- who: next_orders(group_name, state, days <=)
-- column group_name (text): The group; empty for all together
-- column customers (count): Customers who made the purchase before
-- column returned (count): Of them, those who have bought again
-- column median (days): Day by which half have bought again; empty while fewer than half have
-- column median_low (days): Lower end of its 95% interval
-- column median_high (days): Upper end; empty when it is not reached yet
-- column within_30 (share): Share who buy again within 30 days
-- column within_30_low (share): Lower end of its 95% interval
-- column within_30_high (share): Upper end
-- column within_60 (share): Share who buy again within 60 days
-- column within_60_low (share): Lower end of its 95% interval
-- column within_60_high (share): Upper end
-- column within_90 (share): Share who buy again within 90 days
-- column within_90_low (share): Lower end of its 95% interval
-- column within_90_high (share): Upper end
-- column horizon (days): How far the reminder window looks
-- column within_horizon (share): Share who buy again within it
-- column remind_from (days): Day by which half of those have bought again: the reminder window opens
-- column remind_until (days): Day by which nine in ten of those have bought again: it closes
-- column chance_from (share): Of those still waiting when it opens, the share who buy again within the next 30 days
-- column chance_until (share): The same when it closes
-- column due (count): Customers in the window on the as-of date
with next_order_summary as (
    select * from time_to_next_order
)

select * from next_order_summary
order by group_name, days
