-- title: Sales by period
-- unit: money
-- grain: one row a calendar period from the first order to the as-of date
-- definition: Orders and net revenue of each period, whether the data name a customer or not.
-- formula: revenue = gross - discount - refunds; average order value = revenue of orders worth more than nothing / orders
-- source: this workspace's own transactions
-- caveats: Filters on customers do not apply: an order without a customer has nothing to filter by. A category keeps
--   every order that has a line of it, with its whole value. The last period may still be in progress, and
--   nothing is compared with a first one within which the data begin.
-- column period (date): First day of the period
-- column state (code): complete, in_progress, or partial where the data begin within it
-- column orders (count): Orders worth more than nothing
-- column revenue (money): Net revenue
-- column average_order_value (money): Mean value of those orders
-- column guest_orders (count): Of the orders, those without a customer
-- column guest_revenue (money): Of the revenue, that of orders without a customer
with step as (
    select case $grain
        when 'day' then to_days(1)
        when 'week' then to_days(7)
        when 'month' then to_months(1)
        when 'quarter' then to_months(3)
    end as length
),

bounds as (
    select
        min(ordered_on) as begins_on,
        date_trunc($grain, min(ordered_on)) as first_start,
        date_trunc($grain, $as_of) as last_start
    from scope_orders
),

starts as (
    select
        b.begins_on,
        s.length,
        cast(unnest(generate_series(cast(b.first_start as timestamp), cast(b.last_start as timestamp), s.length)) as date)
            as starts_on
    from bounds as b
    cross join step as s
),

of_category as (
    select distinct customer_key, coalesce(refund_of, order_id) as order_id
    from transactions
    where
        $in_category is not null
        and posted_on <= $as_of
        and list_contains($in_category, coalesce(category, ''))
),

chosen as (
    select
        cast(date_trunc($grain, o.ordered_on) as date) as period,
        o.customer_key is null as is_guest,
        o.net,
        o.net > 0 and not o.is_refund as is_order
    from scope_orders as o
    left join of_category as f
        on o.order_id = f.order_id and o.customer_key is not distinct from f.customer_key
    where
        ($in_category is null or f.order_id is not null)
        and ($in_channel is null or list_contains($in_channel, coalesce(o.channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(o.store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(o.country, '')))
),

totals as (
    select
        period,
        cast(sum(case when is_order then 1 else 0 end) as bigint) as orders,
        sum(net) as revenue,
        sum(case when is_order then net else 0 end) as sold,
        cast(sum(case when is_order and is_guest then 1 else 0 end) as bigint) as guest_orders,
        sum(case when is_guest then net else 0 end) as guest_revenue
    from chosen
    group by period
),

sales_by_period as (
    select
        s.starts_on as period,
        case
            when s.starts_on + s.length - to_days(1) > $as_of then 'in_progress'
            when s.begins_on > s.starts_on then 'partial'
            else 'complete'
        end as state,
        coalesce(t.orders, 0) as orders,
        coalesce(t.revenue, 0) as revenue,
        cast(t.sold as double) / nullif(t.orders, 0) as average_order_value,
        coalesce(t.guest_orders, 0) as guest_orders,
        coalesce(t.guest_revenue, 0) as guest_revenue
    from starts as s
    left join totals as t on s.starts_on = t.period
)

select * from sales_by_period
order by period
