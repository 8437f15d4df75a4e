-- kind: model
-- title: The customers asked for
-- grain: one row a person asked for
-- definition: Any id of a person leads to the person. The key is NULL for those without a transaction.
with asked as (
    select unnest(cast($customers as varchar[])) as asked_id
),

chosen_customers as (
    select distinct coalesce(p.person_id, a.asked_id) as customer_id, k.customer_key
    from asked as a
    left join persons as p on a.asked_id = p.customer_id
    left join customer_keys as k on coalesce(p.person_id, a.asked_id) = k.customer_id
)

select * from chosen_customers
