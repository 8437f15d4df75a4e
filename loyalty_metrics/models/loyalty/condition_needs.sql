-- kind: model
-- title: What the loyalty rules can be told by
-- grain: one row a condition of the loyalty rules
-- definition: `missing` is the column that a condition needs, where nothing is known in it of any customer by the as-of
--   date.
with told as (
    select 'surveys.perceived' as needs, customer_key from attitudes
    union all
    select 'surveys.could_switch', customer_key from switching
    union all
    select 'transactions.discount', customer_key from deal_shares
    union all
    select 'customers.referred_by', customer_key from referred_customers
),

found as (
    select distinct t.needs
    from told as t
    inner join entries as e on t.customer_key = e.customer_key
),

condition_needs as (
    select
        c.position,
        c.name,
        c.words,
        c.meaning,
        case when f.needs is null then c.needs end as missing
    from loyalty_conditions as c
    left join found as f on c.needs = f.needs
)

select * from condition_needs
