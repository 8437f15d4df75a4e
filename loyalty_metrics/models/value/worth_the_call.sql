-- title: Customers worth the call
-- unit: money
-- grain: one row a customer
-- definition: Customers who were among the most valuable fifth at the earlier date, whose chance to be there has fallen
--   since by at least 20 points, but to no less than 10 %: it may not be too late. The most that is lost comes first.
-- formula: value at stake = value as they stood at the earlier date - value now, both under the models of now
-- source: As for "What each customer will bring"
-- caveats: Silence is all that the models see: who has a known reason to pause is on the list as well. Nobody is here
--   where no model can be fitted. The earlier date is 13 weeks before the as-of date unless the scope names another.
-- column customer_id (text): The shop's own key of the customer
-- column at_stake (money): Value lost since the earlier date
-- column value_then (money): Value as the customer stood then
-- column value (money): Value now
-- column chance_before (share): Probability to be there, as of then
-- column chance_there (share): Probability to be there, now
-- column days_silent (days): Days since the last purchase
-- column usual_gap (days): Mean days between purchases so far
-- column purchases_so_far (count): Purchase occasions
select
    k.customer_id,
    v.repeats,
    v.days_to_last,
    v.days_known,
    v.mean_spend,
    v.repeats_before,
    v.days_to_last_before,
    v.days_known_before,
    v.mean_spend_before,
    v.margin_share,
    v.horizon,
    v.discount
from value_changes as v
inner join customer_keys as k on v.customer_key = k.customer_key
order by v.customer_key
