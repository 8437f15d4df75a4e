-- title: What counts and what does not
-- unit: orders
-- grain: one row a kind of order
-- definition: Every order up to the as-of date, by whether it makes a purchase occasion, and if not, why.
-- formula: an occasion is one customer on one day with net spend above zero
-- source: this workspace's own imports
-- caveats: Filters do not apply here: this is the account of everything that was loaded.
-- column kind (code): counted, or the reason why not
-- column orders (count): Orders
-- column revenue (money): Their net revenue
-- column share (share): Of all orders
with kinds as (
    select
        case
            when customer_key is null then 'guest'
            when is_refund then 'refund_or_cancellation'
            when net = 0 then 'zero_value_or_fully_refunded'
            when net < 0 then 'refunded_beyond_value'
            else 'counted'
        end as kind,
        net
    from scope_orders
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
