-- kind: model
-- title: Customers' last purchase and first return under other definitions
-- grain: one row a way to enter, a way to count purchases and a customer
-- definition: The highest age at which they bought, and the lowest at which they had come back; NULL where they never did.
with definition_spans as (
    select
        entry,
        event,
        cohort,
        customer_key,
        entry_on,
        max(age) as last_age,
        min(case when is_return then age end) as return_age
    from definition_ages
    group by entry, event, cohort, customer_key, entry_on
)

select * from definition_spans
