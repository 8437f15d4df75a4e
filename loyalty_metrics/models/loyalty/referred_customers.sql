-- kind: model
-- title: Customers who were referred
-- grain: one row a customer whom another one referred
-- definition: By the list of customers, as last entered, or by a referral made by the as-of date.
with entered as (
    select
        customer_id,
        max_by(referred_by, cast(import_id as bigint) * 10000000000 + line_no) as referred_by
    from customers
    group by customer_id
),

referred as (
    select customer_id from entered where referred_by is not null
    union
    select referred_id from referrals where referred_id is not null and cast(referred_at as date) <= $as_of
),

referred_customers as (
    select k.customer_key
    from referred as r
    inner join customer_keys as k on r.customer_id = k.customer_id
)

select * from referred_customers
