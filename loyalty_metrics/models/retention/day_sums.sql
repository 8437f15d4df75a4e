-- kind: model
-- stored: sums by on_day, since_first, gap_days, is_occasion
-- title: Sums of days
-- grain: one row a day, days since the first occasion, days since the occasion before, and whether it is an occasion
-- definition: How many customers had such a day, with their orders and money. Both numbers of days stop at 92, which lie
--   in no one period (a quarter has at most 92 days), as does what is not known or not there: so whatever the period,
--   the rows tell who is new in it, and count each customer once.
select
    on_day,
    cast(greatest(least(coalesce(datediff('day', first_on, on_day), 92), 92), -92) as integer) as since_first,
    least(coalesce(gap_days, 92), 92) as gap_days,
    is_occasion,
    count(*) as customers,
    cast(sum(orders) as bigint) as orders,
    sum(net) as net
from counted_days
group by 1, 2, 3, 4
