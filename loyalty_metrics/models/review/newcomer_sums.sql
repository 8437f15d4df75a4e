-- kind: model
-- stored: sums by week, attribute, value
-- title: New customers of each week
-- grain: one row a week of first orders, attribute and value; before any filter
-- definition: How many came, and how many of them bought again on the 28 days after their first day.
with newcomer_sums as (
    select
        week,
        case
            when grouping(acquired_through) = 0 then 'acquired_through'
            when grouping(customer_country) = 0 then 'customer_country'
            when grouping(channel) = 0 then 'channel'
            when grouping(store) = 0 then 'store'
            when grouping(category) = 0 then 'category'
            else 'everybody'
        end as attribute,
        case
            when grouping(acquired_through) = 0 then acquired_through
            when grouping(customer_country) = 0 then customer_country
            when grouping(channel) = 0 then channel
            when grouping(store) = 0 then store
            when grouping(category) = 0 then category
            else ''
        end as value,
        count(*) as newcomers,
        cast(sum(case when is_back then 1 else 0 end) as bigint) as back
    from newcomers
    group by grouping sets (
        (week),
        (week, acquired_through),
        (week, customer_country),
        (week, channel),
        (week, store),
        (week, category)
    )
)

select * from newcomer_sums
order by week, attribute, value
