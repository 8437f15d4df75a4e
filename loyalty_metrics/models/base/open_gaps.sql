-- kind: model
-- stored: sums by last_on
-- title: Gaps that still last by the day they began
-- grain: one row a day of occasions that some customers have not followed by another
-- definition: How many customers had their last occasion on the day, over the whole history up to the as-of date; before any
--   filter. They are the occasions of the day less those that a gap began with.
with counted as (
    select on_day as last_on, 1 as customers from customer_days where is_occasion
    union all
    select on_day - gap_days, -1 from gaps
)

select last_on, cast(sum(customers) as bigint) as customers
from counted
group by last_on
having sum(customers) > 0
