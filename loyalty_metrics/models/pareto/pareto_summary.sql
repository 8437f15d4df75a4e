-- title: Does 80/20 hold here?
-- unit: several; each row says its own
-- grain: one row a figure
-- definition: The share of all value that the best fifth of customers brings, the share of customers that brings 80% of
--   it, and how unequal customers are altogether (Gini: 0 all equal, 1 one customer brings all).
-- formula: see Pareto curve; Gini = area between the curve and equality, doubled
-- source: Pareto 1896; Gini 1912; intervals: standard errors from influence functions (Cowell & Flachaire 2007) as
--   log-odds, critical values simulated for as many customers with as heavy a tail (Hill 1975)
-- caveats: Customers are all with an order in the window, so more than those with a purchase where some orders are worth
--   nothing or were refunded in full. The fifth counts a customer on its border pro rata. Customers of unknown value are left
--   out and counted. 95% is aimed at; `covered` says what was counted at worst, over simulated and real customers: 90%, but
--   75% where the best 5% of those worth more than nothing have a tail index below 1.5, as some tails without variance have.
--   The truth is then mostly missed because it is more concentrated. No interval below 20 customers worth more than nothing.
-- who: pareto_ranks(figure)
-- column figure (code): Which figure
-- column unit (code): share, number, count or money
-- column value (number): The figure
-- column low (number): Lower end of the 95% interval
-- column high (number): Upper end of the 95% interval
-- column numerator (number): What is counted
-- column denominator (number): Out of what
with pareto_summary as (
    select value, customers from value_histogram
)

select * from pareto_summary
order by value desc nulls last
