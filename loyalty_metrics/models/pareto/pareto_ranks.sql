-- kind: model
-- title: Customers by rank of value
-- grain: one row a customer and figure they stand behind
-- definition: The best fifth of customers, and the fewest best customers that bring 80 % of the value.
with ranked as (
    select
        customer_key,
        value,
        row_number() over (order by value desc, customer_key) as customers_up_to,
        count(*) over () as n,
        sum(value) over (order by value desc, customer_key rows between unbounded preceding and current row) - value as before,
        sum(value) over () as total
    from customer_values
    where value is not null
),

pareto_ranks as (
    select customer_key, value, customers_up_to, 'top_share' as figure from ranked where (customers_up_to - 1) * 5 < n
    union all
    select customer_key, value, customers_up_to, 'carriers_share' from ranked where before * 5 < total * 4
)

select * from pareto_ranks
order by customers_up_to
