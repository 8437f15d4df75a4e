-- title: What each customer will bring
-- unit: money
-- grain: one row a customer in scope with a purchase occasion
-- definition: What to expect of each customer in the 365 days after the as-of date: whether he is still there, whether
--   he buys again, how often, and for how much; with the range that the uncertainty of the models leaves open.
-- formula: expected occasions (BG/NBD or MBG/NBD, whichever the purchase histories in scope make likelier) * expected
--   spend an occasion (Gamma-Gamma, fitted to the mean spend of those who came back); revenue, not discounted
-- source: Fader, Hardie & Lee 2005, Marketing Science 24; Batislam, Denizel & Filiztekin 2007, International Journal of
--   Research in Marketing 24; Fader & Hardie 2013, The Gamma-Gamma model of monetary value
-- caveats: In the BG/NBD a customer seen once cannot have left: his chance to buy says more than his chance to be there.
--   The range is of the expectation; what a customer will really do strays much further. The models take it that
--   nothing changes: no season, no campaign. Unknown (NULL) where a model cannot be fitted. How well it
--   would have done before: "How well purchases are foretold". A customer seen once says nothing of his own spend: the mean of all stands in.
-- column customer_id (text): The shop's own key of the customer
-- column repeats (count): Occasions after the first
-- column days_to_last (days): Days from the first occasion to the last
-- column days_known (days): Days from the first occasion to the as-of date
-- column mean_spend (money): Mean spend of the repeat occasions
-- column chance_there (share): Probability that the customer has not left
-- column chance_to_buy (share): Probability of at least one occasion in the next 365 days
-- column purchases (number): Occasions to expect in the next 365 days
-- column purchases_low (number): Low end of the 95 % interval of that expectation
-- column purchases_high (number): High end
-- column spend (money): Spend to expect on an occasion
-- column value (money): Revenue to expect in the next 365 days
-- column value_low (money): Low end of the 95 % interval of that expectation
-- column value_high (money): High end
select k.customer_id, h.repeats, h.days_to_last, h.days_known, h.mean_spend
from customer_histories as h
inner join customer_keys as k on h.customer_key = k.customer_key
order by h.customer_key
