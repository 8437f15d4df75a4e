-- kind: model
-- title: Purchase histories up to a cut
-- grain: one row a customer in scope who was known at the cut
-- definition: Each customer's history as it was known at the cut, and the occasions after it up to the as-of date
--   (`later`), with the mean spend of the repeats before it and what was spent after it (`later_spend`). The cut lies 365 days back (`days_ahead`), or half of the days known where these are fewer.
with span as (
    select cast(least(365, datediff('day', min(first_on), $as_of) // 2) as integer) as days_ahead
    from members
),

known as (
    select m.customer_key, m.first_on, s.days_ahead
    from members as m
    cross join span as s
    where datediff('day', m.first_on, $as_of) >= s.days_ahead
),

counts as (
    select
        k.customer_key,
        cast(sum(case when datediff('day', d.on_day, $as_of) >= k.days_ahead then 1 else 0 end) as integer) as repeats,
        cast(sum(case when datediff('day', d.on_day, $as_of) < k.days_ahead then 1 else 0 end) as integer) as later,
        max(case when datediff('day', d.on_day, $as_of) >= k.days_ahead then d.on_day end) as last_on,
        sum(case when datediff('day', d.on_day, $as_of) >= k.days_ahead then d.net end) as spend,
        coalesce(sum(case when datediff('day', d.on_day, $as_of) < k.days_ahead then d.net end), 0) as later_spend
    from known as k
    left join counted_days as d on k.customer_key = d.customer_key and d.is_occasion and d.on_day > k.first_on
    group by k.customer_key
),

histories_at_cut as (
    select
        k.customer_key,
        c.repeats,
        cast(datediff('day', k.first_on, coalesce(c.last_on, k.first_on)) as integer) as days_to_last,
        cast(datediff('day', k.first_on, $as_of) - k.days_ahead as integer) as days_known,
        cast(c.spend as double) / nullif(c.repeats, 0) as mean_spend,
        c.later,
        cast(c.later_spend as double) as later_spend,
        k.days_ahead
    from known as k
    inner join counts as c on k.customer_key = c.customer_key
)

select * from histories_at_cut
