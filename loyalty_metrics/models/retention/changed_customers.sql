-- kind: model
-- title: Customers of the cohorts that are compared
-- grain: one row a customer and attribute, and one with the attribute `everybody`
-- definition: Of both sets of cohorts, each customer's value of every attribute ('' where it is not known) and whether the
--   scope's criterion counts them as retained at the scope's age. The size of the first order is small, medium or large
--   by thirds of the customers compared; equal amounts are in one third.
-- caveats: The tier is no attribute here: it is earned by coming back, so older cohorts have had longer to reach a higher one.
with entered as (
    select
        m.customer_key,
        cast(date_trunc($grain, m.first_on) as date) as cohort,
        m.first_on
    from members as m
    where m.first_on is not null
),

back as (
    select distinct customer_key
    from customer_ages
    where
        ($criterion = 'exact' and age = $age and occasions > 0)
        or ($criterion = 'cumulative' and age <= $age and returns > 0)
),

compared as (
    select
        e.customer_key,
        e.cohort,
        c.part,
        b.customer_key is not null as is_retained,
        d.net as first_net
    from entered as e
    inner join compared_cohorts as c on e.cohort = c.cohort
    left join customer_days as d on e.customer_key = d.customer_key and e.first_on = d.on_day
    left join back as b on e.customer_key = b.customer_key
    where c.part is not null
),

sized as (
    select
        *,
        (rank() over (order by first_net) - 1 + count(*) over (partition by first_net) / 2.0) / count(*) over () as place
    from compared
),

described as (
    select
        s.customer_key,
        s.cohort,
        s.part,
        s.is_retained,
        a.acquired_through,
        a.customer_country,
        a.first_category,
        a.first_channel,
        a.first_store,
        case when f.on_discount then 'on_discount' when not f.on_discount then 'full_price' end as first_price,
        case when s.place < 1.0 / 3 then 'small' when s.place < 2.0 / 3 then 'medium' else 'large' end as first_size
    from sized as s
    left join customer_attributes as a on s.customer_key = a.customer_key
    left join first_discounts as f on s.customer_key = f.customer_key
),

attributes as (
    select unnest([
        'everybody', 'acquired_through', 'customer_country', 'first_category', 'first_channel', 'first_store', 'first_price',
        'first_size'
    ]) as attribute
),

changed_customers as (
    select
        d.customer_key,
        t.attribute,
        coalesce(case t.attribute
            when 'acquired_through' then d.acquired_through
            when 'customer_country' then d.customer_country
            when 'first_category' then d.first_category
            when 'first_channel' then d.first_channel
            when 'first_store' then d.first_store
            when 'first_price' then d.first_price
            when 'first_size' then d.first_size
        end, '') as value,
        d.part,
        d.cohort,
        d.is_retained
    from described as d
    cross join attributes as t
)

select * from changed_customers
