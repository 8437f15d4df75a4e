-- kind: model
-- title: Orders that count
-- grain: one row an order of a customer that the filters on orders keep
-- definition: A category keeps every order that has a line of it, with its whole value.
with asked as (
    select coalesce(bit_or(bit), 0) as bits from category_bits where list_contains($in_category, category)
),

-- Categories without a bit, and lines that an order got later, are few: they are looked up.
rare as (
    select unnest($in_category) as category
    except
    select category from category_bits
),

of_rare as (
    select distinct t.customer_key, coalesce(t.refund_of, t.order_id) as order_id
    from transactions as t
    inner join rare as r on coalesce(t.category, '') = r.category
    where t.posted_on <= $as_of
),

of_later as (
    select p.customer_key, p.order_id
    from order_adjustments as p
    cross join asked as a
    where p.posted_on <= $as_of and p.categories & a.bits <> 0
),

found as (
    select customer_key, order_id from of_rare
    union
    select customer_key, order_id from of_later
),

counted_orders as (
    select o.*
    from scope_orders as o
    cross join asked as a
    left join found as f on o.customer_key = f.customer_key and o.order_id = f.order_id
    where
        o.customer_key is not null
        and ($in_category is null or o.categories & a.bits <> 0 or f.order_id is not null)
        and ($in_channel is null or list_contains($in_channel, coalesce(o.channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(o.store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(o.country, '')))
)

select * from counted_orders
