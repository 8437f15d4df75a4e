-- kind: model
-- title: What each customer is worth so far
-- grain: one row a customer with any order in the window
-- definition: Revenue, profit, orders or units of the window, as the scope says. Profit is unknown (NULL) for a customer
--   as soon as the cost of one line is.
with customer_values as (
    select
        customer_key,
        cast(case $value
            when 'revenue' then net
            when 'profit' then profit
            when 'orders' then orders
            else units
        end as decimal(28, 4)) as value,
        occasions,
        net as revenue
    from customer_totals
)

select * from customer_values
