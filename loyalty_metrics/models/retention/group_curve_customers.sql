-- kind: model
-- title: Customers behind the curves of groups
-- grain: one row a customer and age, of settled cohorts whose cell at that age is complete
-- definition: Those whom the scope's criterion counts as retained, with their group.
with group_curve_customers as (
    select r.*, g.group_name
    from curve_customers as r
    inner join customer_groups as g on r.customer_key = g.customer_key
)

select * from group_curve_customers
