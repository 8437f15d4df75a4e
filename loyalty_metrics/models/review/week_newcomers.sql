-- kind: model
-- title: Who came new in a week
-- grain: one row a customer whose first order fell in an ISO week, and attribute, once 28 days have passed for all of the week
-- definition: Whether each customer bought again on the 28 days after the first day; as in `newcomers_back`.
-- column week (date): Monday of the week of the first order
-- column attribute (code): What customers are told apart by; everybody is all of them
-- column value (code): Its value; '' not known, or everybody
-- column came_back (code): Whether the customer bought again within these days
with chosen as (
    select n.*
    from newcomers as n
    inner join members as m on n.customer_key = m.customer_key
    where
        n.week + to_days(34) <= $as_of
        and ($in_category is null or list_contains($in_category, n.category))
        and ($in_channel is null or list_contains($in_channel, n.channel))
        and ($in_store is null or list_contains($in_store, n.store))
),

attributes as (
    select unnest(['everybody', 'channel', 'store', 'category', 'acquired_through', 'customer_country']) as attribute
),

week_newcomers as (
    select
        c.customer_key,
        c.week,
        a.attribute,
        case a.attribute
            when 'channel' then c.channel
            when 'store' then c.store
            when 'category' then c.category
            when 'acquired_through' then c.acquired_through
            when 'customer_country' then c.customer_country
            else ''
        end as value,
        case when c.is_back then 'in_time' else 'not_in_time' end as came_back
    from chosen as c
    cross join attributes as a
)

select * from week_newcomers
