-- kind: model
-- stored: sums by gap_days
-- title: Gaps between purchases by length
-- grain: one row a number of days
-- definition: How often so many days lay between two occasions of a customer, over the whole history up to the as-of date;
--   before any filter.
select gap_days, count(*) as gaps
from gaps
group by gap_days
