-- kind: model
-- stored: sums by days_between
-- title: Repeat customers by their own gap
-- grain: one row a distinct average number of days between a customer's occasions
-- definition: How many customers with two or more occasions in the window have this average of their own.
select cast(datediff('day', first_on, last_on) as double) / (occasions - 1) as days_between, count(*) as customers
from customer_totals
where occasions >= 2
group by 1
