-- kind: model
-- title: What the customers table says of customers
-- grain: one row a customer with a key who is in the customers table
-- definition: A customer entered several times is as last entered. What is not known is NULL.
with entered as (
    select
        k.customer_key,
        c.acquired_through,
        c.country,
        cast(c.import_id as bigint) * 10000000000 + c.line_no as place
    from customers as c
    inner join customer_keys as k on c.customer_id = k.customer_id
),

known_customers as (
    select customer_key, max_by(acquired_through, place) as acquired_through, max_by(country, place) as country
    from entered
    group by customer_key
)

select * from known_customers
