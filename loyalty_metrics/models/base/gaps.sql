-- kind: model
-- title: Gaps between purchases
-- grain: one row a customer and occasion after the first
-- definition: Days from one occasion of a customer to the next, over the whole history up to the as-of date; before any filter.
with occasions as (
    select customer_key, on_day from customer_days where is_occasion
),

gaps as (
    select
        customer_key,
        on_day,
        datediff('day', lag(on_day) over (partition by customer_key order by on_day), on_day) as gap_days
    from occasions
)

select * from gaps
where gap_days is not null
