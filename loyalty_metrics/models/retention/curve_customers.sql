-- kind: model
-- title: Customers behind the retention curve
-- grain: one row a customer and age, of settled cohorts whose cell at that age is complete
-- definition: Those whom the scope's criterion counts as retained, where the whole period has passed for their cohort.
with complete_cells as (
    select cohort, age from cohort_counts where state = 'complete' and is_pooled
),

curve_customers as (
    select r.*
    from retained_customers as r
    inner join complete_cells as c on r.cohort = c.cohort and r.age = c.age
)

select * from curve_customers
