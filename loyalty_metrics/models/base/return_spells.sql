-- kind: model
-- stored: by customer
-- title: Spells of activity of customers who came back
-- grain: one row a customer with a second purchase and unbroken spell of activity, by its first day
-- definition: A spell begins with the first purchase, or the first after a lapse; it lapses on the day on which the lapse
--   window has passed without a purchase, be that day still to come. The first purchase always counts; after it, only
--   orders that the filters keep. Who did not come back has the one spell of the first purchase, and is not here.
with returns as (
    -- Filters that leave a refund out may make an occasion of a day before the first one; it is none to come back from.
    select
        customer_key,
        first_on,
        on_day,
        cast(least(gap_days, datediff('day', first_on, on_day)) as integer) as gap_days
    from counted_days
    where is_occasion and on_day > first_on
),

-- An occasion that begins a spell tells by its gap when the spell before it was over.
marked as (
    select
        r.customer_key,
        r.first_on,
        r.on_day,
        case when r.gap_days > w.lapse_days then r.on_day - r.gap_days end as before_last_on
    from returns as r
    cross join lapse_limit as w
),

ends as (
    select customer_key, min(first_on) as first_on, max(on_day) as last_on, min(before_last_on) as first_last_on
    from marked
    group by customer_key
),

bounds as (
    select customer_key, true as is_new, first_on as starts_on, coalesce(first_last_on, last_on) as last_on from ends
    union all
    select
        r.customer_key,
        false,
        r.on_day,
        coalesce(lead(r.before_last_on) over (partition by r.customer_key order by r.on_day), e.last_on)
    from marked as r
    inner join ends as e on r.customer_key = e.customer_key
    where r.before_last_on is not null
),

return_spells as (
    select b.customer_key, b.is_new, b.starts_on, b.last_on, b.last_on + w.lapse_days as lapses_on
    from bounds as b
    cross join lapse_limit as w
)

select * from return_spells
order by customer_key, starts_on
