-- kind: model
-- title: Customers behind the chances to buy again
-- grain: one row a customer in scope with a purchase occasion
-- definition: How lately, often and for how much each customer bought. How likely they are to buy again is told by the
--   measure `repurchase_forecast`.
-- column customer_id (text): The shop's own key of the customer
-- column days_silent (days): Days since the last occasion
-- column usual_gap (days): Days usual between occasions; unknown before the second
-- column repeats (count): Occasions after the first
-- column year_spend (money): Net revenue in the last 365 days
select customer_key, customer_id, recency as days_silent, mean_gap as usual_gap, repeats, year_spend
from customer_features
