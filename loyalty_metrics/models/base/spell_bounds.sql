-- kind: model
-- stored: by customer
-- title: Spells of activity and when they lapse
-- grain: one row a customer and unbroken spell of activity, by its first day
-- definition: A spell begins with the first purchase, or the first after a lapse; it lapses on the day on which the lapse
--   window has passed without a purchase, be that day still to come. The first purchase always counts; after it, only
--   orders that the filters keep.
with occasions as (
    select
        customer_key,
        on_day,
        lag(on_day) over (partition by customer_key order by on_day) as previous_on,
        lead(on_day) over (partition by customer_key order by on_day) as next_on
    from purchase_days
),

ends as (
    select
        o.customer_key,
        o.on_day,
        w.lapse_days,
        o.previous_on is null as is_new,
        o.previous_on is null or coalesce(datediff('day', o.previous_on, o.on_day) > w.lapse_days, false) as is_first,
        o.next_on is null or coalesce(datediff('day', o.on_day, o.next_on) > w.lapse_days, false) as is_last
    from occasions as o
    cross join lapse_limit as w
),

-- Only the first and the last day of each spell are left: after a first day comes the last of the same spell.
bounds as (
    select
        *,
        case
            when is_last then on_day
            else lead(on_day) over (partition by customer_key order by on_day)
        end as last_on
    from ends
    where is_first or is_last
),

spell_bounds as (
    select
        customer_key,
        is_new,
        on_day as starts_on,
        last_on,
        last_on + lapse_days as lapses_on
    from bounds
    where is_first
)

select * from spell_bounds
order by customer_key, starts_on
