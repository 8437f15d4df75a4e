-- title: New customers who came back
-- unit: share of new customers
-- grain: one row an ISO week of first orders, attribute and value of it, once 28 days have passed for all of them
-- definition: How many customers ordered for the first time in the week, and how many of them bought again on the 28 days
--   after that day; by how they were won, where they live, and channel, store and category of their first order.
-- formula: share = back / newcomers
-- source: this workspace's own transactions
-- caveats: Refunds count on the day they were made: a first order that was refunded later still counts, so that a week is
--   never told anew. Filters on orders choose the first order; coming back counts wherever it is.
-- who: week_newcomers(week <=, attribute, value)
-- column week (date): Monday of the week of the first orders
-- column attribute (code): What customers are told apart by; everybody is all of them
-- column value (code): Its value; '' not known, or everybody
-- column newcomers (count): Customers whose first order fell in the week
-- column back (count): Of them, those who bought again on the 28 days after
with chosen as (
    select n.*
    from newcomers as n
    inner join members as m on n.customer_key = m.customer_key
    where
        ($customers_filtered or $orders_filtered)
        and ($in_category is null or list_contains($in_category, n.category))
        and ($in_channel is null or list_contains($in_channel, n.channel))
        and ($in_store is null or list_contains($in_store, n.store))
),

sums as (
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
    from chosen
    group by grouping sets (
        (week),
        (week, acquired_through),
        (week, customer_country),
        (week, channel),
        (week, store),
        (week, category)
    )
),

kept_or_chosen as (
    select week, attribute, value, newcomers, back from newcomer_sums where not ($customers_filtered or $orders_filtered)
    union all
    select week, attribute, value, newcomers, back from sums
),

newcomers_back as (
    select * from kept_or_chosen where week + to_days(34) <= $as_of
)

select * from newcomers_back
order by week, attribute, value
