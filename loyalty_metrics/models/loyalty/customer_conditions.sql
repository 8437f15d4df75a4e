-- kind: model
-- title: Customers who fulfil a condition
-- grain: one row a customer and condition of the loyalty rules that holds
-- definition: A customer fulfils several conditions.
with held as (
    select customer_key, occasions, net, last_on, unnest(conditions) as condition from customer_conduct
),

customer_conditions as (
    select h.* exclude (condition), c.words as condition
    from held as h
    inner join loyalty_conditions as c on h.condition = c.name
)

select * from customer_conditions
