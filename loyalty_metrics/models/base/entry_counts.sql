-- kind: model
-- stored: sums by first_on
-- title: New customers by day
-- grain: one row a day on which customers in scope came
-- definition: How many bought for the first time on the day.
select first_on, count(*) as customers
from members
where first_on is not null
group by first_on
order by first_on
