-- kind: model
-- title: Spells of activity
-- grain: one row a customer and unbroken spell of activity, by its first day
-- definition: A spell begins with the first purchase, or the first after a lapse, and ends on the day on which the lapse
--   window has passed without a purchase; `ends_on` is NULL while it lasts. The first purchase always counts; after it,
--   only orders that the filters keep.
with bounds as (
    select customer_key, is_new, starts_on, last_on, lapses_on from return_spells
    union all
    select m.customer_key, true, m.first_on, m.first_on, m.first_on + w.lapse_days
    from members as m
    cross join lapse_limit as w
    left join return_spells as r on m.customer_key = r.customer_key and r.is_new
    where m.first_on is not null and r.customer_key is null
),

spells as (
    select
        customer_key,
        is_new,
        starts_on,
        last_on,
        case when lapses_on <= $as_of then lapses_on end as ends_on
    from bounds
)

select * from spells
