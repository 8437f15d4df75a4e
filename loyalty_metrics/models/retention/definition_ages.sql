-- kind: model
-- title: Customers by age under other definitions
-- grain: one row a way to enter, a way to count purchases, a customer and an age at which they bought
-- definition: Customers enter with their first purchase ever (`first_ever`), or with the first that the filters on orders
--   and the window leave (`in_view`). A purchase is a purchase occasion (`occasion`), or any order, whatever it is worth
--   after refunds, so that a second one on the same day is a return (`order`).
with events as (
    select 'occasion' as event, customer_key, on_day, cast(1 as bigint) as orders from counted_days where is_occasion
    union all
    select 'order' as event, o.customer_key, o.ordered_on as on_day, count(*) as orders
    from counted_orders as o
    inner join members as m on o.customer_key = m.customer_key
    where not o.is_refund
    group by o.customer_key, o.ordered_on
),

entered as (
    select 'first_ever' as entry, 'occasion' as event, customer_key, first_on as entry_on
    from members
    where first_on is not null
    union all
    select 'first_ever' as entry, 'order' as event, o.customer_key, min(o.ordered_on) as entry_on
    from scope_orders as o
    inner join members as m on o.customer_key = m.customer_key
    where not o.is_refund
    group by o.customer_key
    union all
    select 'in_view' as entry, event, customer_key, min(on_day) as entry_on
    from events
    where on_day >= $since
    group by event, customer_key
),

aged as (
    select
        e.entry,
        e.event,
        e.customer_key,
        e.entry_on,
        cast(date_trunc($grain, e.entry_on) as date) as cohort,
        case
            when v.on_day is null then null
            when $clock = 'calendar' then datediff(
                $grain, cast(date_trunc($grain, e.entry_on) as date), cast(date_trunc($grain, v.on_day) as date)
            )
            else datediff('day', e.entry_on, v.on_day) // $rolling_days
        end as age,
        v.on_day > e.entry_on or v.orders > 1 as is_return
    from entered as e
    left join events as v on e.customer_key = v.customer_key and e.event = v.event and v.on_day >= e.entry_on
),

definition_ages as (
    select entry, event, cohort, customer_key, entry_on, age, coalesce(bool_or(is_return), false) as is_return
    from aged
    group by entry, event, cohort, customer_key, entry_on, age
)

select * from definition_ages
