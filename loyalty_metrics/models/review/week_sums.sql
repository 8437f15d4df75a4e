-- kind: model
-- stored: sums by week, attribute, value
-- title: Weeks in parts
-- grain: one row a week, attribute and value with an order or a refund; before any filter
-- definition: `everybody` is all of them. Customers are counted for everybody alone: one may be in several parts.
with sums as (
    select
        week,
        case
            when grouping(channel) = 0 then 'channel'
            when grouping(store) = 0 then 'store'
            when grouping(country) = 0 then 'country'
            when grouping(category) = 0 then 'category'
            when grouping(acquired_through) = 0 then 'acquired_through'
            when grouping(customer_country) = 0 then 'customer_country'
            when grouping(tenure) = 0 then 'tenure'
            else 'everybody'
        end as attribute,
        case
            when grouping(channel) = 0 then channel
            when grouping(store) = 0 then store
            when grouping(country) = 0 then country
            when grouping(category) = 0 then category
            when grouping(acquired_through) = 0 then acquired_through
            when grouping(customer_country) = 0 then customer_country
            when grouping(tenure) = 0 then tenure
            else ''
        end as value,
        count(*) as postings,
        cast(sum(case when is_purchase then 1 else 0 end) as bigint) as orders,
        sum(net) as revenue,
        sum(cast(net as double) * cast(net as double)) as squares,
        cast(sum(case when is_first then 1 else 0 end) as bigint) as new_customers
    from week_orders
    group by grouping sets (
        (week),
        (week, channel),
        (week, store),
        (week, country),
        (week, category),
        (week, acquired_through),
        (week, customer_country),
        (week, tenure)
    )
),

buyers as (
    select week, count(distinct case when is_purchase then customer_key end) as customers
    from week_orders
    group by week
),

week_sums as (
    select s.*, case when s.attribute = 'everybody' then b.customers end as customers
    from sums as s
    inner join buyers as b on s.week = b.week
)

select * from week_sums
order by week, attribute, value
