-- kind: model
-- title: Customers by rank of value
-- grain: one row a customer of known value
-- definition: Every customer's place, dearest first, with what the customers before them bring together.
-- caveats: Equal customers stand in the order of their keys; figures never depend on it.
with customer_ranks as (
    select
        customer_key,
        value,
        row_number() over (order by value desc, customer_key) as customers_up_to,
        count(*) over () as n,
        sum(value) over (order by value desc, customer_key rows between unbounded preceding and current row) - value
            as value_before,
        sum(value) over () as total
    from customer_values
    where value is not null
)

select * from customer_ranks
order by customers_up_to
