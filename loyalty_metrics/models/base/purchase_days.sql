-- kind: model
-- title: Purchases of customers
-- grain: one row a customer in scope and purchase occasion that counts
-- definition: The first purchase always counts; after it, only orders that the filters on orders keep.
with purchase_days as (
    select customer_key, first_on as on_day from members where first_on is not null
    union all
    select customer_key, on_day from counted_days where is_occasion and on_day > first_on
)

select * from purchase_days
