-- title: Does 80/20 hold here?
-- unit: several; each row says its own
-- grain: one row a figure
-- definition: The share of all value that the best fifth of customers brings, the share of customers that brings 80% of
--   it, and how unequal customers are altogether (Gini: 0 all equal, 1 one customer brings all).
-- formula: see Pareto curve; Gini = area between the curve and equality, doubled
-- source: Pareto 1896; Gini 1912; intervals: bootstrap over customers, 400 draws, fixed seed
-- caveats: Customers are all with an order in the window, so more than those with a purchase where some orders are worth
--   nothing or were refunded in full. The fifth counts a customer on its border pro rata. Customers of unknown value are left out and counted.
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
