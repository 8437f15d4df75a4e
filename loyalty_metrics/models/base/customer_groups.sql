-- kind: model
-- title: Customers in groups
-- grain: one row a customer in scope
-- definition: The value of the attribute by which groups are compared; '' where it is not known, NULL for everybody when
--   no attribute is named.
with customer_groups as (
    select
        m.customer_key,
        m.first_on,
        case when $by is not null then coalesce(case $by
            when 'acquired_through' then a.acquired_through
            when 'customer_country' then a.customer_country
            when 'tier' then a.tier
            when 'first_category' then a.first_category
            when 'first_channel' then a.first_channel
            when 'first_store' then a.first_store
        end, '') end as group_name
    from members as m
    left join customer_attributes as a on m.customer_key = a.customer_key
)

select * from customer_groups
