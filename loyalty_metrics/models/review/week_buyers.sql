-- kind: model
-- title: Who bought in a week
-- grain: one row a customer who bought in a complete ISO week, attribute and value of it
-- definition: What each customer bought in the week in that part of the business. As in `week_by_week`, refunds count in the
--   week in which they were made, and filters on orders choose what is bought.
-- column week (date): Monday of the week
-- column attribute (code): What the week is split by; everybody is all of it
-- column value (code): Its value; '' not known, or everybody
-- column orders (count): Orders worth more than nothing
-- column revenue (money): Net revenue
-- column came_as (code): Whether one of these orders was the customer's first
with chosen as (
    select w.*
    from week_orders as w
    inner join members as m on w.customer_key = m.customer_key
    where
        w.week + to_days(6) <= $as_of
        and ($in_category is null or list_contains($in_category, w.category))
        and ($in_channel is null or list_contains($in_channel, w.channel))
        and ($in_store is null or list_contains($in_store, w.store))
        and ($in_country is null or list_contains($in_country, w.country))
),

attributes as (
    select unnest([
        'everybody', 'channel', 'store', 'country', 'category', 'acquired_through', 'customer_country', 'tenure'
    ]) as attribute
),

parts as (
    select
        c.*,
        a.attribute,
        case a.attribute
            when 'channel' then c.channel
            when 'store' then c.store
            when 'country' then c.country
            when 'category' then c.category
            when 'acquired_through' then c.acquired_through
            when 'customer_country' then c.customer_country
            when 'tenure' then c.tenure
            else ''
        end as value
    from chosen as c
    cross join attributes as a
),

week_buyers as (
    select
        customer_key,
        week,
        attribute,
        value,
        cast(sum(case when is_purchase then 1 else 0 end) as bigint) as orders,
        sum(net) as revenue,
        case when bool_or(is_first) then 'new' else 'returning' end as came_as
    from parts
    group by customer_key, week, attribute, value
    having bool_or(is_purchase)
)

select * from week_buyers
