-- kind: model
-- stored: yes
-- title: Counts behind the repeat rates
-- grain: one row a figure of repeat purchase; of the gap one a distinct length
-- definition: What is counted and out of what, and in `details` the sums from which intervals of means are made: customers,
--   numerator, denominator, and their squares and products.
with buyers as (
    select * from customer_totals where occasions > 0
),

basis as (
    select
        count(*) as customers,
        coalesce(cast(sum(case when occasions >= 2 then 1 else 0 end) as bigint), 0) as repeaters,
        coalesce(cast(sum(occasions) as bigint), 0) as occasions,
        coalesce(cast(sum(occasions * occasions) as double), 0) as occasions_squared
    from buyers
),

purchases as (
    select cast(occasion_orders as double) as orders, cast(occasion_net as double) as spend from buyers
),

spend as (
    select
        count(*) as n,
        coalesce(sum(spend), 0) as y,
        coalesce(sum(orders), 0) as x,
        coalesce(sum(spend * spend), 0) as yy,
        coalesce(sum(spend * orders), 0) as xy,
        coalesce(sum(orders * orders), 0) as xx
    from purchases
),

limits as (
    select cast(unnest([30, 60, 90, 365]) as integer) as days
),

known as (
    select datediff('day', first_on, $as_of) as known_for, customers from entry_counts where first_on >= $since
),

-- A handful of rows, which every limit is then held against.
back as (
    select
        datediff('day', entered_on, $as_of) as known_for,
        case
            when second_on <= entered_on + 30 then 30
            when second_on <= entered_on + 60 then 60
            when second_on <= entered_on + 90 then 90
            else 365
        end as back_within,
        count(*) as customers
    from customer_totals
    where entered_on >= $since and second_on <= entered_on + 365
    group by 1, 2
),

old_enough as (
    select l.days, cast(coalesce(sum(k.customers), 0) as bigint) as customers
    from limits as l
    left join known as k on k.known_for >= l.days
    group by l.days
),

equal_age as (
    select l.days, l.customers as old_enough, cast(coalesce(sum(b.customers), 0) as bigint) as returned
    from old_enough as l
    left join back as b on b.known_for >= l.days and b.back_within <= l.days
    group by l.days, l.customers
),

own_gap as (
    select cast(datediff('day', first_on, last_on) as double) / (occasions - 1) as days, count(*) as customers
    from buyers
    where occasions >= 2
    group by 1
),

repeat_counts as (
    select 'repeat_rate' as figure, 'share' as unit, cast(repeaters as double) as numerator,
        cast(customers as double) as denominator, cast(null as double[]) as details
    from basis
    union all
    select 'one_time_share', 'share', customers - repeaters, customers, null from basis
    union all
    select 'repeat_within_' || days, 'share', returned, old_enough, null from equal_age
    union all
    select 'purchase_frequency', 'number', occasions, customers,
        [customers, occasions, customers, occasions_squared, occasions, customers]
    from basis
    union all
    select 'average_order_value', 'money', y, x, [n, y, x, yy, xy, xx] from spend
    union all
    select 'days_between', 'days', days, customers, null from own_gap
)

select * from repeat_counts
