-- title: Week by week
-- unit: money
-- grain: one row a complete ISO week, attribute and value of it
-- definition: What customers bought in each week that is over, in all and by channel, store, country, category of the
--   order, how customers were won, where they live, and how long they have been customers.
-- formula: revenue = gross - discount - refunds made in the week
-- source: this workspace's own transactions
-- caveats: Refunds count in the week in which they were made, so that a week is never told anew and the latest is not
--   flattered by refunds still to come. Orders without a customer are not here. A customer is new with the first order worth
--   more than nothing, even if it was refunded later.
-- who: week_buyers(week, attribute, value)
-- column week (date): Monday of the week
-- column attribute (code): What the week is split by; everybody is all of it
-- column value (code): Its value; '' not known, or everybody
-- column customers (count): Customers who bought, of everybody alone
-- column orders (count): Orders worth more than nothing
-- column revenue (money): Net revenue
-- column new_customers (count): Customers whose first order it was
-- column squares (number): Sum of the squares of the orders' values, from which the spread is told
with chosen as (
    select w.*
    from week_orders as w
    inner join members as m on w.customer_key = m.customer_key
    where
        ($customers_filtered or $orders_filtered)
        and ($in_category is null or list_contains($in_category, w.category))
        and ($in_channel is null or list_contains($in_channel, w.channel))
        and ($in_store is null or list_contains($in_store, w.store))
        and ($in_country is null or list_contains($in_country, w.country))
),

sums as (
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
        cast(sum(case when is_purchase then 1 else 0 end) as bigint) as orders,
        sum(net) as revenue,
        sum(cast(net as double) * cast(net as double)) as squares,
        cast(sum(case when is_first then 1 else 0 end) as bigint) as new_customers
    from chosen
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
    from chosen
    group by week
),

kept_or_chosen as (
    select week, attribute, value, customers, orders, revenue, new_customers, squares
    from week_sums
    where not ($customers_filtered or $orders_filtered)
    union all
    select
        s.week,
        s.attribute,
        s.value,
        case when s.attribute = 'everybody' then b.customers end as customers,
        s.orders,
        s.revenue,
        s.new_customers,
        s.squares
    from sums as s
    inner join buyers as b on s.week = b.week
),

week_by_week as (
    select * from kept_or_chosen where week + to_days(6) <= $as_of
)

select * from week_by_week
order by week, attribute, value
