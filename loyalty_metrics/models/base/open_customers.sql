-- kind: model
-- title: Customers whose days were others then
-- grain: one row a customer
-- definition: Customers of whom something was posted after the as-of date to an order before it, and those with refunds
--   where these stand on their own day. The days of all others are those known by now, up to the as-of date.
select distinct customer_key
from order_adjustments
where customer_key is not null and (posted_on > $as_of or (is_refund and $refunds = 'own_date'))
