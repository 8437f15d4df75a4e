-- kind: model
-- title: Purchase history of each customer
-- grain: one row a customer in scope with a purchase occasion
-- definition: Occasions after the first one up to the as-of date (`repeats`), days from the first to the last
--   (`days_to_last`, 0 without a repeat) and to the as-of date (`days_known`), and the mean spend of the repeats
--   (`mean_spend`, NULL without one). The first occasion always counts; after it, only orders that the filters on
--   orders keep.
with repeats as (
    select customer_key, cast(count(*) as integer) as repeats, max(on_day) as last_on, sum(net) as net
    from counted_days
    where is_occasion and on_day > first_on
    group by customer_key
),

customer_histories as (
    select
        m.customer_key,
        coalesce(r.repeats, 0) as repeats,
        cast(datediff('day', m.first_on, coalesce(r.last_on, m.first_on)) as integer) as days_to_last,
        cast(datediff('day', m.first_on, $as_of) as integer) as days_known,
        cast(r.net as double) / r.repeats as mean_spend
    from members as m
    left join repeats as r on m.customer_key = r.customer_key
    where m.first_on is not null
)

select * from customer_histories
