-- kind: model
-- stored: yes
-- title: Spells of activity by period
-- grain: one row a period in which spells begin, period in which they end, and whether they are the customers' first
-- definition: How many spells of activity begin in one period and end in another; those that last have no end.
select
    cast(date_trunc($grain, starts_on) as date) as starts_in,
    cast(date_trunc($grain, ends_on) as date) as ends_in,
    is_new,
    count(*) as spells
from spells
group by 1, 2, 3
