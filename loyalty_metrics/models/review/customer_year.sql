-- title: What a customer brings in a year
-- unit: money
-- grain: one row
-- definition: What customers who bought in the year up to the as-of date brought in it, each on average.
-- formula: revenue / customers
-- source: this workspace's own transactions
-- caveats: Refunds made in the year count in it. It is the business as a whole: no filter changes it.
-- column customers (count): Customers with an order worth more than nothing in the 364 days
-- column revenue (money): Net revenue from customers in these days
-- column a_year (money): Revenue per customer
with bought as (
    select count(distinct case when is_purchase then customer_key end) as customers, sum(net) as revenue
    from booked_orders
    where on_day > $as_of - to_days(364) and on_day <= $as_of
),

customer_year as (
    select customers, revenue, cast(revenue as double) / nullif(customers, 0) as a_year
    from bought
)

select * from customer_year
