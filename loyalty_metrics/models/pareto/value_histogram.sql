-- kind: model
-- stored: sums by value
-- title: Customers by value
-- grain: one row a distinct value, dearest first; customers of unknown value in a row of their own (value empty)
-- definition: How many customers are worth just this much.
with value_histogram as (
    select value, count(*) as customers
    from customer_values
    group by value
)

select * from value_histogram
order by value desc nulls last
