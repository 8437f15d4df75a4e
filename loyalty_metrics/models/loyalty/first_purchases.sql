-- kind: model
-- title: Categories in the first purchases
-- grain: one row a customer and number of purchases, 1 to 5, that became a customer in the window
-- definition: Whether the first so many purchases lay in one category or in several, and whether the next one came before
--   the lapse window was over. Only customers for whom it is over by the as-of date, and only where a category of each of
--   these purchases is known.
with occasions as (
    select
        customer_key,
        on_day,
        row_number() over (partition by customer_key order by on_day) as purchases,
        lead(on_day) over (partition by customer_key order by on_day) as next_on
    from counted_days
    where is_occasion and first_on >= $since
),

covered as (
    select
        o.customer_key,
        o.purchases,
        o.on_day,
        o.next_on,
        count(distinct c.category) as categories,
        count(distinct c.on_day) as known
    from occasions as o
    inner join category_days as c on o.customer_key = c.customer_key and c.on_day <= o.on_day
    where o.purchases <= 5
    group by o.customer_key, o.purchases, o.on_day, o.next_on
),

first_purchases as (
    select
        f.customer_key,
        cast(f.purchases as integer) as purchases,
        f.on_day as from_on,
        f.categories,
        case when f.categories = 1 then 'one category' else 'several categories' end as kind,
        coalesce(datediff('day', f.on_day, f.next_on) <= w.lapse_days, false) as is_retained,
        w.lapse_days
    from covered as f
    cross join lapse_window as w
    where f.known = f.purchases and datediff('day', f.on_day, $as_of) >= w.lapse_days
)

select * from first_purchases
