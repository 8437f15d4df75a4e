-- title: Repeat purchase
-- unit: several; each row says its own
-- grain: one row a figure
-- definition: How many customers buy again, how often, how soon, and how much an order is worth.
-- formula: customers with two or more occasions / customers; at equal age: customers who bought again within n days /
--   customers whose first purchase is at least n days old
-- source: Griffin 1995; intervals: Wilson 1927 (shares), linearised ratio (means), order statistics (median)
-- caveats: The plain rate mixes old and new customers; the rates at equal age (30, 60, 90, 365 days) do not. The gap is
--   each repeat customer's own average; its median is over those customers. The order value is what was spent on days
--   with a purchase / orders on those days: refunds that name no order and fall on other days are not taken off.
-- who: repeat_groups(figure)
-- column figure (code): Which figure
-- column unit (code): share, number, days or money
-- column value (number): The figure
-- column low (number): Lower end of the 95% interval
-- column high (number): Upper end of the 95% interval
-- column numerator (number): What is counted
-- column denominator (number): Out of what
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
    select
        d.customer_key,
        cast(sum(d.orders) as double) as orders,
        cast(sum(d.net) as double) as spend
    from counted_days as d
    where d.is_occasion and d.on_day >= $since
    group by d.customer_key
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

second_purchase as (
    select customer_key, first_on, min(case when is_occasion and on_day > first_on then on_day end) as second_on
    from counted_days
    where first_on >= $since
    group by customer_key, first_on
),

limits as (
    select cast(unnest([30, 60, 90, 365]) as integer) as days
),

equal_age as (
    select
        l.days,
        cast(sum(case when datediff('day', m.first_on, $as_of) >= l.days then 1 else 0 end) as bigint) as old_enough,
        cast(sum(case
            when datediff('day', m.first_on, $as_of) >= l.days and datediff('day', m.first_on, s.second_on) <= l.days then 1
            else 0
        end) as bigint) as returned
    from limits as l
    left join members as m on m.first_on >= $since
    left join second_purchase as s on m.customer_key = s.customer_key
    group by l.days
),

own_gap as (
    select cast(datediff('day', first_on, last_on) as double) / (occasions - 1) as days, count(*) as customers
    from buyers
    where occasions >= 2
    group by 1
),

repeat_purchase_rate as (
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

select * from repeat_purchase_rate
