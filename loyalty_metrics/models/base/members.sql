-- kind: model
-- title: Customers in scope
-- grain: one row a customer that the filters on customers keep
-- definition: `first_on` is the first occasion in the whole history: no filter moves it, so none moves a customer to
--   another cohort.
with chosen as (
    select customer_key
    from customer_attributes
    where
        ($in_first_channel is null or list_contains($in_first_channel, coalesce(first_channel, '')))
        and ($in_first_store is null or list_contains($in_first_store, coalesce(first_store, '')))
        and ($in_first_category is null or list_contains($in_first_category, coalesce(first_category, '')))
        and ($in_acquired_through is null or list_contains($in_acquired_through, coalesce(acquired_through, '')))
        and ($in_customer_country is null or list_contains($in_customer_country, coalesce(customer_country, '')))
        and ($in_tier is null or list_contains($in_tier, coalesce(tier, '')))
),

members as (
    select customer_key, first_on from entries where not $customers_filtered
    union all
    select e.customer_key, e.first_on
    from entries as e
    inner join chosen as c on e.customer_key = c.customer_key
    where $customers_filtered
)

select * from members
