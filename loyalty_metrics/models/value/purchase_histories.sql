-- title: Purchase histories
-- unit: customers
-- grain: one row a distinct history
-- definition: Customers who share the number of occasions after their first one, the days from the first to the last
--   and the days they are known. It is all that models of repeat buying learn from.
-- formula: count of customers by (repeats, days to the last occasion, days known)
-- source: Fader, Hardie & Lee 2005, Marketing Science 24 (x, t_x and T of the BG/NBD)
-- caveats: Several orders on one day are one occasion. Customers without an occasion are not here.
-- who: customer_histories(repeats, days_to_last, days_known)
-- column repeats (count): Occasions after the first (x)
-- column days_to_last (days): Days from the first occasion to the last; 0 without a repeat (t_x)
-- column days_known (days): Days from the first occasion to the as-of date (T)
-- column customers (count): Customers with this history
select repeats, days_to_last, days_known, count(*) as customers
from customer_histories
group by repeats, days_to_last, days_known
order by repeats, days_to_last, days_known
