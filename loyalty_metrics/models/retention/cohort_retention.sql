-- title: Cohort retention
-- unit: share of customers
-- grain: one row a cohort and age, and one pooled row an age (cohort empty)
-- definition: Of the customers whose first purchase fell in a period, the share that bought again so many periods later.
-- formula: retained / size; pooled: sum of retained / sum of sizes over the cohorts whose cell is complete
-- source: Fader & Hardie 2007; intervals: Wilson 1927
-- caveats: The cohort is set by the first purchase in the whole history, before any filter. A cell is `complete` when its
--   whole period has passed for every member, `in_progress` when the period has begun, `unobservable` (empty) before.
--   Orders that the filters leave out count neither as a return nor as revenue.
-- who: retained_customers(cohort, age)
-- column cohort (date): First day of the period in which these customers bought first
-- column age (number): Periods since the first purchase; 0 is the period of the first purchase itself
-- column state (code): complete, in_progress, unobservable, or pooled
-- column size (count): Customers in the cohort
-- column retained (count): Of them, those that count as retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column orders (count): Orders in this period
-- column revenue (money): Net revenue in this period
-- column orders_per_customer (number): Orders / size
-- column revenue_retention (share): Net revenue in this period / net revenue in period 0
-- column cumulative_revenue_per_customer (money): Net revenue up to this period / size
with cohorts as (
    select
        cast(date_trunc($grain, first_on) as date) as cohort,
        count(*) as size,
        min(first_on) as first_entry,
        max(first_on) as last_entry
    from members
    where first_on is not null
    group by 1
),

marks as (
    select cohort, age, customer_key from customer_ages where $criterion = 'exact' and occasions > 0
    union all
    select cohort, max(age) as age, customer_key from customer_ages
    where $criterion = 'on_or_after' and occasions > 0
    group by cohort, customer_key
    union all
    select cohort, min(age) as age, customer_key from customer_ages
    where $criterion = 'cumulative' and returns > 0
    group by cohort, customer_key
),

hits as (
    select cohort, age, count(*) as customers from marks group by cohort, age
),

money as (
    select cohort, age, sum(orders) as orders, sum(net) as revenue from customer_ages group by cohort, age
),

age_count as (
    select case
        when $clock = 'calendar' then datediff($grain, min(cohort), cast(date_trunc($grain, $as_of) as date))
        else datediff('day', min(first_entry), $as_of) // $rolling_days
    end as oldest
    from cohorts
),

ages as (
    select cast(unnest(range(0, oldest + 1)) as integer) as age from age_count
),

cells as (
    select
        c.cohort,
        a.age,
        c.size,
        case
            when $clock = 'rolling' then c.first_entry + to_days(cast(a.age * $rolling_days as integer))
            when $grain = 'day' then c.cohort + to_days(a.age)
            when $grain = 'week' then c.cohort + to_days(7 * a.age)
            when $grain = 'month' then c.cohort + to_months(a.age)
            else c.cohort + to_months(3 * a.age)
        end as begins_on,
        case
            when $clock = 'rolling' then c.last_entry + to_days(cast((a.age + 1) * $rolling_days as integer))
            when $grain = 'day' then c.cohort + to_days(a.age + 1)
            when $grain = 'week' then c.cohort + to_days(7 * (a.age + 1))
            when $grain = 'month' then c.cohort + to_months(a.age + 1)
            else c.cohort + to_months(3 * (a.age + 1))
        end as over_on,
        case
            when $grain = 'day' then c.cohort + to_days(1)
            when $grain = 'week' then c.cohort + to_days(7)
            when $grain = 'month' then c.cohort + to_months(1)
            else c.cohort + to_months(3)
        end as cohort_over_on
    from cohorts as c
    cross join ages as a
),

counted as (
    select
        c.cohort,
        c.age,
        c.size,
        case
            when c.begins_on > $as_of then 'unobservable'
            when c.over_on <= $as_of + to_days(1) and c.cohort_over_on <= $as_of + to_days(1) then 'complete'
            else 'in_progress'
        end as state,
        case
            when c.age = 0 and $criterion <> 'cumulative' then c.size
            when $criterion = 'exact' then coalesce(h.customers, 0)
            when $criterion = 'on_or_after' then coalesce(sum(h.customers) over (
                partition by c.cohort order by c.age desc rows between unbounded preceding and current row
            ), 0)
            else coalesce(sum(h.customers) over (
                partition by c.cohort order by c.age rows between unbounded preceding and current row
            ), 0)
        end as retained,
        coalesce(m.orders, 0) as orders,
        coalesce(m.revenue, 0) as revenue,
        first_value(coalesce(m.revenue, 0)) over (partition by c.cohort order by c.age) as first_revenue,
        sum(coalesce(m.revenue, 0)) over (
            partition by c.cohort order by c.age rows between unbounded preceding and current row
        ) as cumulative_revenue
    from cells as c
    left join hits as h on c.cohort = h.cohort and c.age = h.age
    left join money as m on c.cohort = m.cohort and c.age = m.age
),

cohort_retention as (
    select
        cohort,
        age,
        state,
        size,
        cast(case when state <> 'unobservable' then retained end as bigint) as retained,
        cast(case when state <> 'unobservable' then orders end as bigint) as orders,
        case when state <> 'unobservable' then revenue end as revenue,
        case when state <> 'unobservable' then first_revenue end as first_revenue,
        case when state <> 'unobservable' then cumulative_revenue end as cumulative_revenue
    from counted
)

select * from cohort_retention
order by cohort, age
