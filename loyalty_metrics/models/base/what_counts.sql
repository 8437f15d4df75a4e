-- title: What counts and what does not
-- unit: orders
-- grain: one row a kind of order
-- definition: Every order up to the as-of date, by whether it makes a purchase occasion, and if not, why.
-- formula: an occasion is one customer on one day with net spend above zero
-- source: this workspace's own imports
-- caveats: Filters do not apply here: this is the account of everything that was loaded. `day_worth_nothing` are orders on
--   a day on which refunds without an order took back as much as was bought.
-- column kind (code): counted, or the reason why not
-- column orders (count): Orders
-- column revenue (money): Their net revenue
-- column share (share): Of all orders
with worthless_days as (
    select customer_key, on_day from customer_days where not is_occasion
),

kinds as (
    select
        case
            when o.customer_key is null then 'guest'
            when o.is_refund then 'refund_or_cancellation'
            when o.net = 0 then 'zero_value_or_fully_refunded'
            when o.net < 0 then 'refunded_beyond_value'
            when d.customer_key is null then 'counted'
            else 'day_worth_nothing'
        end as kind,
        o.net
    from scope_orders as o
    left join worthless_days as d on o.customer_key = d.customer_key and o.ordered_on = d.on_day
),

what_counts as (
    select
        kind,
        count(*) as orders,
        sum(net) as revenue,
        count(*) / cast(sum(count(*)) over () as double) as share
    from kinds
    group by kind
)

select * from what_counts
order by orders desc, kind
