-- kind: model
-- stored: by customer
-- title: Customers and when they came
-- grain: one row a customer with any order; before any filter
-- definition: The first purchase occasion in the whole history. `first_on` is unknown (NULL) for customers who never had
--   an occasion.
select customer_key, min(case when is_occasion then on_day end) as first_on
from customer_days
group by customer_key
order by customer_key
