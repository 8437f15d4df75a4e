-- kind: model
-- title: Customers behind the 80/20 figures
-- grain: one row a customer and figure they stand behind
-- definition: The best fifth of customers, and the fewest best customers that bring 80% of the value.
with pareto_ranks as (
    select customer_key, value, customers_up_to, 'top_share' as figure
    from customer_ranks
    where (customers_up_to - 1) * 5 < n
    union all
    select customer_key, value, customers_up_to, 'carriers_share' as figure
    from customer_ranks
    where value_before * 5 < total * 4
)

select * from pareto_ranks
order by customers_up_to
