-- kind: model
-- title: Retained customers under other definitions
-- grain: one row a way to enter, a way to count purchases, a customer and an age at which the criterion counts them
-- definition: The customers behind each count of the other definitions.
with spans as (
    select
        *,
        case
            when $clock = 'calendar' then datediff($grain, cohort, cast(date_trunc($grain, $as_of) as date))
            else datediff('day', entry_on, $as_of) // $rolling_days
        end as oldest
    from definition_spans
),

retained as (
    select entry, event, cohort, customer_key, entry_on, 0 as age from spans where $criterion <> 'cumulative'
    union
    select entry, event, cohort, customer_key, entry_on, age from definition_ages where $criterion = 'exact' and age > 0
    union
    select entry, event, cohort, customer_key, entry_on, unnest(range(1, last_age + 1))
    from spans
    where $criterion = 'on_or_after'
    union
    select entry, event, cohort, customer_key, entry_on, unnest(range(return_age, oldest + 1))
    from spans
    where $criterion = 'cumulative'
),

definition_customers as (
    select entry, event, cohort, cast(age as bigint) as age, customer_key, entry_on from retained
)

select * from definition_customers
