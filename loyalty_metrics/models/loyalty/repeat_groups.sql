-- kind: model
-- title: Customers behind the repeat rates
-- grain: one row a customer and figure
-- definition: Repeat customers, one-time customers, and those who bought again within 30, 60, 90 and 365 days.
with buyers as (
    select customer_key, occasions, orders, net from customer_totals where occasions > 0
),

returns as (
    select
        customer_key,
        min(case when is_occasion and on_day > first_on then datediff('day', first_on, on_day) end) as days_to_second
    from counted_days
    where first_on >= $since
    group by customer_key
),

repeat_groups as (
    select
        case when occasions >= 2 then 'repeat_rate' else 'one_time_share' end as figure,
        customer_key,
        occasions,
        net
    from buyers
    union all
    select 'repeat_within_' || l.days, b.customer_key, b.occasions, b.net
    from buyers as b
    inner join members as m on b.customer_key = m.customer_key
    inner join returns as r on b.customer_key = r.customer_key
    inner join (select cast(unnest([30, 60, 90, 365]) as integer) as days) as l
        on r.days_to_second <= l.days and datediff('day', m.first_on, $as_of) >= l.days
    union all
    select unnest(['purchase_frequency', 'average_order_value']), customer_key, occasions, net from buyers
    union all
    select 'days_between', customer_key, occasions, net from buyers where occasions >= 2
)

select * from repeat_groups
