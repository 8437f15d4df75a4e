-- kind: model
-- title: Customers and why they come
-- grain: one row a customer with an occasion in the window
-- definition: What each customer does and says, and the type that the first fitting loyalty rule gives.
with fitting as (
    select c.conditions, min_by(r.loyalty_type, r.position) as loyalty_type
    from (select distinct conditions from customer_conduct) as c
    inner join loyalty_rules as r on list_has_all(c.conditions, r.conditions)
    group by c.conditions
),

customer_loyalty as (
    select c.* exclude (conditions), f.loyalty_type
    from customer_conduct as c
    inner join fitting as f on c.conditions = f.conditions
)

select * from customer_loyalty
