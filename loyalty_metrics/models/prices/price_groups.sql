-- kind: model
-- title: Customers whose reaction to prices is compared
-- grain: one row a customer in scope with an occasion
-- definition: The groups that the scope compares by; where it names none, the RFM segments.
with price_groups as (
    select g.customer_key, g.group_name
    from customer_groups as g
    where $by is not null and g.first_on is not null
    union all
    select s.customer_key, s.segment as group_name from rfm_scores as s where $by is null
)

select * from price_groups
