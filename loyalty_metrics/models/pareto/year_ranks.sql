-- kind: model
-- title: Customers by value, year by year
-- grain: one row a customer of known value and year in which an order of theirs counts
-- definition: Years end on the day of the as-of date: `years_ago` 0 is the last year, 1 the one before. `in_top` is the part
--   of a customer that belongs to the best fifth of the year: 1 above its border, 0 below; equal customers on it share
--   what room there is.
with days as (
    select
        *,
        extract(year from $as_of) - extract(year from on_day) - case
            when 100 * extract(month from on_day) + extract(day from on_day)
                > 100 * extract(month from $as_of) + extract(day from $as_of) then 1
            else 0
        end as years_ago
    from counted_days
),

totals as (
    select
        customer_key,
        cast(years_ago as integer) as years_ago,
        sum(net) as net,
        case when count(cost) = count(*) then sum(net) - sum(cost) end as profit,
        cast(sum(orders) as bigint) as orders,
        sum(units) as units
    from days
    group by customer_key, years_ago
),

year_values as (
    select
        customer_key,
        years_ago,
        cast(case $value
            when 'revenue' then net
            when 'profit' then profit
            when 'orders' then orders
            else units
        end as decimal(28, 4)) as value
    from totals
),

placed as (
    select
        customer_key,
        years_ago,
        value,
        count(*) over (partition by years_ago) as n,
        rank() over (partition by years_ago order by value desc) - 1 as better,
        count(*) over (partition by years_ago, value) as equals
    from year_values
    where value is not null
),

year_ranks as (
    select
        customer_key,
        years_ago,
        value,
        n,
        greatest(0.0, least(1.0, (n / cast(5 as double) - better) / equals)) as in_top
    from placed
)

select * from year_ranks
