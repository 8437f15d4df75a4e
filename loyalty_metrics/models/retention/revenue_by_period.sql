-- title: Revenue by period
-- unit: money
-- grain: one row a calendar period
-- definition: Net revenue, orders and buying customers of each period, split into first purchases and returning customers.
-- formula: revenue = gross - discount - refunds
-- source: this workspace's own transactions
-- caveats: Orders without a customer are in none of these; they are counted under "What counts". The last period may
--   still be in progress, and nothing is compared with a first one within which the data begin.
-- who: buyers_by_period(period)
-- column period (date): First day of the period
-- column state (code): complete, in_progress, or partial where the data begin within it
-- column customers (count): Customers with a purchase occasion
-- column orders (count): Orders worth more than nothing
-- column revenue (money): Net revenue
-- column new_revenue (money): Of it, from customers whose first purchase fell in the period
-- column returning_revenue (money): The rest: from customers who came before, less refunds to people without a purchase
-- column new_customers (count): Customers whose first purchase fell in the period
-- column returning_customers (count): Customers who came before and bought in the period
with days as (
    select *, cast(date_trunc($grain, on_day) as date) as period from day_sums
),

-- Whoever's occasion before lay in an earlier period is counted here: each customer once a period.
marked as (
    select
        period,
        orders,
        net,
        cast(date_trunc($grain, on_day - since_first) as date) = period as is_new,
        case when is_occasion and on_day - gap_days < period then customers else 0 end as customers
    from days
),

totals as (
    select
        period,
        cast(sum(customers) as bigint) as customers,
        cast(sum(orders) as bigint) as orders,
        sum(net) as revenue,
        sum(case when is_new then net else 0 end) as new_revenue,
        sum(case when is_new then 0 else net end) as returning_revenue,
        cast(sum(case when is_new then customers else 0 end) as bigint) as new_customers,
        cast(sum(case when is_new then 0 else customers end) as bigint) as returning_customers
    from marked
    group by period
),

revenue_by_period as (
    select
        p.starts_on as period,
        p.state,
        coalesce(t.customers, 0) as customers,
        coalesce(t.orders, 0) as orders,
        coalesce(t.revenue, 0) as revenue,
        coalesce(t.new_revenue, 0) as new_revenue,
        coalesce(t.returning_revenue, 0) as returning_revenue,
        coalesce(t.new_customers, 0) as new_customers,
        coalesce(t.returning_customers, 0) as returning_customers
    from periods as p
    left join totals as t on p.starts_on = t.period
)

select * from revenue_by_period
order by period
