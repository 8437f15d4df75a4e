-- kind: model
-- stored: by customer
-- title: Customers by age
-- grain: one row a customer and age (periods since their first occasion) in which an order counts
-- definition: Age 0 is the period of the first occasion; on the calendar clock with all its days, those before the first
--   occasion too (a refund without an order, say). `returns` are occasions after the very first, `returned_on` is the
--   day of the first of them in the period. `net_up_to` is the money of all ages up to this one.
with days as (
    select *, cast(date_trunc($grain, first_on) as date) as cohort from counted_days where first_on is not null
),

-- Periods between two days are counted from the first day of the period of the earlier one.
aged as materialized (
    select
        customer_key,
        cohort,
        case
            when $clock = 'calendar' and on_day >= cohort then datediff($grain, cohort, on_day)
            when $clock = 'rolling' and on_day >= first_on then datediff('day', first_on, on_day) // $rolling_days
        end as age,
        -- With the days beside it in other periods, nothing has to be grouped with it: so it is for most days of a shop.
        case
            when $clock = 'calendar' then
                coalesce(datediff($grain, cast(date_trunc($grain, before_on) as date), on_day) > 0, true)
                and coalesce(datediff($grain, cast(date_trunc($grain, on_day) as date), next_on) > 0, true)
            else
                datediff('day', before_on, on_day) >= $rolling_days and datediff('day', on_day, next_on) >= $rolling_days
        end as is_alone,
        on_day,
        is_occasion,
        is_occasion and on_day > first_on as is_return,
        orders,
        net,
        net_so_far
    from days
),

-- Refunds of orders that are not here, say: they are in no age, nor in the money up to one.
earlier as (
    select customer_key, sum(cast(net as double)) as net from aged where age is null group by customer_key
),

grouped as (
    select
        customer_key,
        min(cohort) as cohort,
        age,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as occasions,
        cast(sum(case when is_return then 1 else 0 end) as bigint) as returns,
        min(case when is_return then on_day end) as returned_on,
        cast(sum(orders) as bigint) as orders,
        sum(net) as net,
        max_by(net_so_far, on_day) as net_so_far
    from aged
    where age is not null and is_alone is not true
    group by customer_key, age
    union all
    select
        customer_key,
        cohort,
        age,
        cast(is_occasion as bigint),
        cast(is_return as bigint),
        case when is_return then on_day end,
        orders,
        net,
        net_so_far
    from aged
    where age is not null and is_alone
),

customer_ages as (
    select
        g.customer_key,
        g.cohort,
        g.age,
        g.occasions,
        g.returns,
        g.returned_on,
        g.orders,
        g.net,
        g.net_so_far - coalesce(e.net, 0) as net_up_to
    from grouped as g
    left join earlier as e on g.customer_key = e.customer_key
)

select * from customer_ages
order by customer_key, age
