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

customer_attributes as (
    select
        e.customer_key,
        k.acquired_through,
        k.country as customer_country,
        t.tier,
        f.first_category,
        f.first_channel,
        f.first_store
    from entries as e
    left join first_orders as f on e.customer_key = f.customer_key
    left join known_customers as k on e.customer_key = k.customer_key
    left join tier_now as t on e.customer_key = t.customer_key
)

select * from customer_attributes
