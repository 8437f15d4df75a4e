-- kind: model
-- title: Counts behind the repeat rates
-- grain: one row a figure of repeat purchase; of the gap one a distinct length
-- definition: What is counted and out of what, and in `details` the sums from which intervals of means are made: customers,
--   numerator, denominator, and their squares and products.
with basis as (
    select
        coalesce(cast(sum(customers) as bigint), 0) as customers,
        coalesce(cast(sum(repeaters) as bigint), 0) as repeaters,
        coalesce(cast(sum(occasions) as bigint), 0) as occasions,
        coalesce(sum(occasions_squared), 0) as occasions_squared,
        coalesce(sum(spend), 0) as y,
        coalesce(sum(orders), 0) as x,
        coalesce(sum(spend_squared), 0) as yy,
        coalesce(sum(spend_by_orders), 0) as xy,
        coalesce(sum(orders_squared), 0) as xx
    from repeat_sums
),

limits as (
    select cast(unnest([30, 60, 90, 365]) as integer) as days
),

old_enough as (
    select l.days, cast(coalesce(sum(e.customers), 0) as bigint) as customers
    from limits as l
    left join entry_counts as e on e.first_on >= $since and datediff('day', e.first_on, $as_of) >= l.days
    group by l.days
),

equal_age as (
    select l.days, l.customers as old_enough, cast(coalesce(sum(s.customers), 0) as bigint) as returned
    from old_enough as l
    left join repeat_sums as s
        on s.entered_on >= $since and datediff('day', s.entered_on, $as_of) >= l.days and s.back_within <= l.days
    group by l.days, l.customers
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
    select 'average_order_value', 'money', y, x, [customers, y, x, yy, xy, xx] from basis
    union all
    select 'days_between', 'days', days_between, customers, null from own_gap_counts
)

select * from repeat_counts
