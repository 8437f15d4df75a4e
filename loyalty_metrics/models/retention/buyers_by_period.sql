-- kind: model
-- title: Buyers of a period
-- grain: one row a customer in scope and calendar period with an order that counts
-- definition: What each customer bought in the period, and whether they were new in it.
with days as (
    select *, cast(date_trunc($grain, on_day) as date) as period from counted_days
),

buyers_by_period as (
    select
        customer_key,
        period,
        coalesce(cast(date_trunc($grain, first_on) as date) = period, false) as is_new,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as occasions,
        cast(sum(orders) as bigint) as orders,
        sum(net) as net
    from days
    group by customer_key, first_on, period
)

select * from buyers_by_period
