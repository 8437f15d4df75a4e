-- kind: model
-- title: Customers in scope
-- grain: one row a customer that the filters on customers keep
-- definition: `first_on` is the first occasion in the whole history: no filter moves it, so none moves a customer to
--   another cohort. A customer entered several times is as last entered. The tier is the one held on the as-of date.
with tier_now as (
    select k.customer_key, max_by(t.tier, t.from_on) as tier
    from tiers as t
    inner join customer_keys as k on t.customer_id = k.customer_id
    where t.from_on <= $as_of and (t.until_on is null or t.until_on >= $as_of) and $in_tier is not null
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
    where $customers_filtered
),

known as (
    select customer_key, max_by(acquired_through, place) as acquired_through, max_by(country, place) as country
    from entered
    group by customer_key
),

members as (
    select e.customer_key, e.first_on
    from entries as e
    left join known as c on e.customer_key = c.customer_key
    left join tier_now as t on e.customer_key = t.customer_key
    where
        ($in_first_channel is null or list_contains($in_first_channel, coalesce(e.first_channel, '')))
        and ($in_first_store is null or list_contains($in_first_store, coalesce(e.first_store, '')))
        and ($in_first_category is null or list_contains($in_first_category, coalesce(e.first_category, '')))
        and ($in_acquired_through is null or list_contains($in_acquired_through, coalesce(c.acquired_through, '')))
        and ($in_customer_country is null or list_contains($in_customer_country, coalesce(c.country, '')))
        and ($in_tier is null or list_contains($in_tier, coalesce(t.tier, '')))
)

select * from members
