-- title: What each customer will bring
-- unit: money
-- grain: one row a customer in scope with a purchase occasion
-- definition: What to expect of each customer within the horizon (365 days unless the scope says otherwise): whether he
--   is still there, whether he buys again, how often, and what that brings; with the range that the uncertainty of the
--   models leaves open.
-- formula: expected occasions (BG/NBD or MBG/NBD, whichever the purchase histories in scope make likelier), each
--   discounted from the day it is made (10 % a year unless the scope says otherwise) * expected spend an occasion
--   (Gamma-Gamma, fitted to the mean spend of those who came back) * margin share of all purchases with a known cost
--   (revenue where less than half of it has one)
-- source: Fader, Hardie & Lee 2005, Marketing Science 24; Batislam, Denizel & Filiztekin 2007, International Journal of
--   Research in Marketing 24; Fader & Hardie 2013, The Gamma-Gamma model of monetary value
-- caveats: In the BG/NBD a customer seen once cannot have left: his chance to buy says more than his chance to be there.
--   The range is of the expectation; what a customer will really do strays much further. The models take it that
--   nothing changes: no season, no campaign. The method says where a model could not be fitted and the rate or the spend so
--   far stands in, without a range; unknown (NULL) where nobody came back. How well it would have done before: "How well
--   purchases are foretold". A customer seen once says nothing of his own spend: the mean of all stands in.
-- column customer_id (text): The shop's own key of the customer
-- column repeats (count): Occasions after the first
-- column days_to_last (days): Days from the first occasion to the last
-- column days_known (days): Days from the first occasion to the as-of date
-- column mean_spend (money): Mean spend of the repeat occasions
-- column chance_there (share): Probability that the customer has not left
-- column chance_to_buy (share): Probability of at least one occasion within the horizon
-- column purchases (number): Occasions to expect within the horizon
-- column purchases_low (number): Low end of the 95 % interval of that expectation
-- column purchases_high (number): High end
-- column order_spend (money): Spend to expect on an occasion
-- column value (money): Margin, or revenue, to expect within the horizon, as money of the as-of date
-- column value_low (money): Low end of the 95 % interval of that expectation
-- column value_high (money): High end
-- column margin_share (share): Margin of a unit of revenue; empty where too few costs are known
-- column cost_known (share): Of revenue, the part whose cost is known
-- column horizon (days): Days looked ahead
-- column discount (number): Percent a year
-- column basis (code): What value is counted in: margin or revenue
-- column method (code): Whether the models speak, or what stands in for them
select
    k.customer_id,
    h.repeats,
    h.days_to_last,
    h.days_known,
    h.mean_spend,
    t.margin_share,
    t.cost_known,
    t.horizon,
    t.discount
from customer_histories as h
inner join customer_keys as k on h.customer_key = k.customer_key
cross join value_terms as t
order by h.customer_key
