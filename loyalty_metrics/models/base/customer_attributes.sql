-- kind: model
-- title: Attributes of customers
-- grain: one row a customer with any order; before any filter
-- definition: What is known of each customer besides their orders. A customer entered several times is as last entered.
--   The tier is the one held on the as-of date. What is not known is NULL.
with tier_now as (
    select k.customer_key, max_by(t.tier, t.from_on) as tier
    from tiers as t
    inner join customer_keys as k on t.customer_id = k.customer_id
    where t.from_on <= $as_of and (t.until_on is null or t.until_on >= $as_of)
    group by k.customer_key
),

entered as (
    select
        k.customer_key,
        c.acquired_through,
        c.country,
        cast(c.import_id as bigint) * 10000000000 + c.line_no as place
    from customers as c
    inner join customer_keys as k on c.customer_id = k.customer_id
),

known as (
    select customer_key, max_by(acquired_through, place) as acquired_through, max_by(country, place) as country
    from entered
    group by customer_key
),

customer_attributes as (
    select
        e.customer_key,
        k.acquired_through,
        k.country as customer_country,
        t.tier,
        e.first_category,
        e.first_channel,
        e.first_store
    from entries as e
    left join known as k on e.customer_key = k.customer_key
    left join tier_now as t on e.customer_key = t.customer_key
)

select * from customer_attributes
