-- kind: model
-- stored: by customer
-- title: Customers by age
-- grain: one row a customer and age (periods since their first occasion) in which an order counts
-- definition: Age 0 is the period of the first occasion; on the calendar clock with all its days, those before the first
--   occasion too (a refund without an order, say). `returns` are occasions after the very first, `returned_on` is the
--   day of the first of them in the period.
with days as (
    select *, cast(date_trunc($grain, first_on) as date) as cohort from counted_days
),

aged as (
    select
        customer_key,
        cohort,
        case
            when $clock = 'calendar' then datediff($grain, cohort, cast(date_trunc($grain, on_day) as date))
            else datediff('day', first_on, on_day) // $rolling_days
        end as age,
        on_day,
        on_day > first_on as is_return,
        is_occasion,
        orders,
        net
    from days
    where on_day >= first_on or ($clock = 'calendar' and on_day >= cohort)
),

customer_ages as (
    select
        customer_key,
        min(cohort) as cohort,
        age,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as occasions,
        cast(sum(case when is_occasion and is_return then 1 else 0 end) as bigint) as returns,
        min(case when is_occasion and is_return then on_day end) as returned_on,
        cast(sum(orders) as bigint) as orders,
        sum(net) as net
    from aged
    group by customer_key, age
)

select * from customer_ages
order by customer_key, age
