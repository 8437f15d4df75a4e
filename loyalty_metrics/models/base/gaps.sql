-- kind: model
-- title: Gaps between purchases
-- grain: one row a customer and occasion after the first
-- definition: Days from one occasion of a customer to the next, over the whole history up to the as-of date; before any filter.
select customer_key, on_day, gap_days
from customer_days
where gap_days is not null
