-- kind: model
-- stored: by customer
-- title: Spells of activity and when they lapse
-- grain: one row a customer and unbroken spell of activity, by its first day
-- definition: A spell begins with the first purchase, or the first after a lapse; it lapses on the day on which the lapse
--   window has passed without a purchase, be that day still to come. The first purchase always counts; after it, only
--   orders that the filters keep.
with returns as (
    -- Filters that leave a refund out may make an occasion of a day before the first one; it is none to come back from.
    select customer_key, on_day, least(gap_days, datediff('day', first_on, on_day)) as gap_days
    from counted_days
    where is_occasion and on_day > first_on
),

-- A spell that is not a customer's first tells by its gap when the one before it was over.
starts as (
    select customer_key, first_on as starts_on, cast(null as date) as before_last_on
    from members
    where first_on is not null
    union all
    select r.customer_key, r.on_day, r.on_day - cast(r.gap_days as integer)
    from returns as r
    cross join lapse_limit as w
    where r.gap_days > w.lapse_days
),

ends as (
    select customer_key, max(on_day) as last_on from returns group by customer_key
),

bounds as (
    select
        s.customer_key,
        s.before_last_on is null as is_new,
        s.starts_on,
        coalesce(
            lead(s.before_last_on) over (partition by s.customer_key order by s.starts_on), e.last_on, s.starts_on
        ) as last_on
    from starts as s
    left join ends as e on s.customer_key = e.customer_key
),

spell_bounds as (
    select b.customer_key, b.is_new, b.starts_on, b.last_on, b.last_on + w.lapse_days as lapses_on
    from bounds as b
    cross join lapse_limit as w
)

select * from spell_bounds
order by customer_key, starts_on
