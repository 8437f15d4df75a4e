-- kind: model
-- stored: yes
-- title: Spells of activity
-- grain: one row a customer and unbroken spell of activity
-- definition: A spell begins with the first purchase, or the first after a lapse, and ends on the day on which the lapse
--   window has passed without a purchase; `ends_on` is NULL while it lasts. The first purchase always counts; after it,
--   only orders that the filters keep.
with occasions as (
    select
        customer_key,
        on_day,
        lag(on_day) over (partition by customer_key order by on_day) as previous_on
    from purchase_days
),

starts as (
    select
        o.customer_key,
        o.on_day,
        w.lapse_days,
        o.previous_on is null as is_new,
        case when o.previous_on is null or datediff('day', o.previous_on, o.on_day) > w.lapse_days then 1 else 0 end as is_start
    from occasions as o
    cross join lapse_window as w
),

numbered as (
    select
        customer_key,
        on_day,
        lapse_days,
        is_new,
        sum(is_start) over (
            partition by customer_key order by on_day rows between unbounded preceding and current row
        ) as spell
    from starts
),

spells as (
    select
        customer_key,
        cast(spell as integer) as spell,
        bool_or(is_new) as is_new,
        min(on_day) as starts_on,
        max(on_day) as last_on,
        case when datediff('day', max(on_day), $as_of) >= max(lapse_days) then max(on_day) + max(lapse_days) end as ends_on
    from numbered
    group by customer_key, spell
)

select * from spells
