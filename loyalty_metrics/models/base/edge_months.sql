-- kind: model
-- title: Months in which customers came, and came again
-- grain: one row a whole month since the data begin, months since the customers came before, and months ahead in which they
--   came again; before any filter
-- definition: `gap` is 0 for customers who never came before, `ahead` is 0 for all who came in the month. Months are
--   counted from the first day of the data; of many customers a sample by chance, the same each time.
with sampled as (
    select greatest(1, count(*) // 100000) as one_of from entries
),

bounds as (
    select on_day as begins_on, datesub('month', on_day, $as_of + to_days(1)) as months from data_begins
),

came as (
    select distinct d.customer_key, cast(datesub('month', b.begins_on, d.on_day) as integer) as month
    from customer_days as d
    cross join bounds as b
    cross join sampled as s
    where d.is_occasion and hash(d.customer_key) % s.one_of = 0 and datesub('month', b.begins_on, d.on_day) < b.months
),

since as (
    select
        customer_key,
        month,
        coalesce(month - lag(month) over (partition by customer_key order by month), 0) as gap
    from came
),

edge_months as (
    select s.month, s.gap, c.month - s.month as ahead, count(*) as customers
    from since as s
    inner join came as c on s.customer_key = c.customer_key and s.month <= c.month
    group by all
)

select * from edge_months
order by month, gap, ahead
