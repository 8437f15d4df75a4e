-- title: Cohort retention
-- unit: share of customers
-- grain: one row a cohort and age, and one pooled row an age (cohort empty)
-- definition: Of the customers whose first purchase fell in a period, the share that bought again so many periods later.
-- formula: retained / size; pooled: sum of retained / sum of sizes over the settled cohorts whose cell is complete
-- source: Fader & Hardie 2007; intervals: Wilson 1927, and Cochran 1977 for orders and money; test: Fisher, mid-p, and
--   DerSimonian & Laird 1986 (spread of cohorts), corrected by Benjamini & Hochberg 1995; smoothing: Kleinman 1973; unfinished cells: Bühlmann & Gisler 2005 (credibility)
-- caveats: Cohorts within the edge of the data are shown, but neither pooled nor compared: old customers look new there.
--   The cohort is set by the first purchase in the whole history, before any filter. A cell is `complete` when its
--   whole period has passed for every member, `in_progress` when the period has begun, `unobservable` (empty) before.
--   Orders that the filters leave out count neither as a return nor as revenue. `expected` supposes that those not back
--   yet come as those of other cohorts came in as many last days of the same period, more or fewer as the cohort itself
--   has done so far; it is in no pooled row. A cell stands out when so large a difference from all other complete cohorts of its age is too rare for
--   chance, allowing for the number of cells looked at. Under "bought in that period or later" cells are neither
--   compared nor completed, since older cohorts have had longer to come back. Under "had bought again by its end" age 0
--   counts those who bought a second time within the period of their first purchase.
-- who: retained_customers(cohort, age)
-- column cohort (date): First day of the period in which these customers bought first
-- column age (number): Periods since the first purchase; 0 is the period of the first purchase itself
-- column state (code): complete, in_progress, unobservable, or pooled
-- column size (count): Customers in the cohort
-- column at_edge (code): yes where the cohort lies within the edge of the data: old customers may look new in it
-- column retained (count): Of them, those that count as retained at this age
-- column retention (share): Retained / size
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
-- column days_left (days): Days until an unfinished cell is over for every member
-- column expected (share): Retention to expect when the days still to come are over
-- column expected_low (share): Lower end of the range that holds it in 95 cases of 100
-- column expected_high (share): Upper end of that range
-- column outlook (code): estimated, or why there is no estimate
-- column others (share): Retention of all other complete cohorts at this age
-- column others_size (count): Customers in them
-- column chance (share): How often chance, and the other cohorts' own ups and downs, make a difference as large
-- column corrected (share): The same, corrected for the number of cells looked at (Benjamini-Hochberg)
-- column verdict (code): above or below the other cohorts where corrected is at most 5%, else within_chance
-- column detectable (share): The fall below the others that this cell alone would have shown in four cases of five
-- column smoothed (share): Retention drawn towards that of all cohorts as far as the cohort is small (beta-binomial)
-- column smoothed_low (share): Lower end of its 95% interval
-- column smoothed_high (share): Upper end of its 95% interval
-- column orders (count): Orders in this period
-- column revenue (money): Net revenue in this period
-- column first_revenue (money): Net revenue in period 0
-- column cumulative_revenue (money): Net revenue up to this period
-- column orders_per_customer (number): Orders / size
-- column orders_per_customer_low (number): Lower end of its 95% interval
-- column orders_per_customer_high (number): Upper end of its 95% interval
-- column revenue_retention (share): Net revenue in this period / net revenue in period 0
-- column revenue_retention_low (share): Lower end of its 95% interval
-- column revenue_retention_high (share): Upper end of its 95% interval
-- column cumulative_revenue_per_customer (money): Net revenue up to this period / size
-- column cumulative_revenue_per_customer_low (money): Lower end of its 95% interval
-- column cumulative_revenue_per_customer_high (money): Upper end of its 95% interval
with counted as (
    select
        c.*,
        coalesce(m.orders, 0) as orders,
        coalesce(m.orders_squared, 0) as orders_squared,
        coalesce(m.revenue, 0) as revenue,
        coalesce(m.revenue_squared, 0) as revenue_squared,
        coalesce(m.revenue_by_first, 0) as revenue_by_first,
        coalesce(m.cumulative_squared_more, 0) as cumulative_squared_more
    from cohort_counts as c
    left join cohort_sums as m on c.cohort = m.cohort and c.age = m.age
),

cumulated as (
    select
        *,
        first_value(revenue) over so_far as first_revenue,
        first_value(revenue_squared) over so_far as first_revenue_squared,
        sum(revenue) over so_far as cumulative_revenue,
        sum(cumulative_squared_more) over so_far as cumulative_squared
    from counted
    window so_far as (partition by cohort order by age rows between unbounded preceding and current row)
),

observed as (
    select
        c.*,
        o.cohort is not null as has_outlook,
        o.like_size,
        o.like_waiting,
        o.like_came
    from cumulated as c
    left join cohort_outlook as o on c.cohort = o.cohort and c.age = o.age
    where c.state <> 'unobservable'
),

cohort_retention as (
    select
        c.cohort,
        c.age,
        c.state,
        c.size,
        case when c.state = 'unobservable' then null when c.is_settled then 'no' else 'yes' end as at_edge,
        c.is_pooled,
        o.retained,
        c.state = 'complete' and c.is_settled and $criterion <> 'on_or_after' and (c.age > 0 or $criterion = 'cumulative') as comparable,
        case when c.state = 'in_progress' then datediff('day', $as_of, c.over_on) - 1 end as days_left,
        case
            when c.state <> 'in_progress' then null
            when o.has_outlook then 'estimated'
            when $criterion = 'on_or_after' then 'later_counts'
            when c.closed_on > $as_of + to_days(1) then 'still_joining'
        end as outlook,
        o.like_size,
        o.like_waiting,
        o.like_came,
        o.orders,
        o.revenue,
        o.first_revenue,
        o.cumulative_revenue,
        o.orders_squared,
        o.revenue_squared,
        o.revenue_by_first,
        o.first_revenue_squared,
        o.cumulative_squared
    from cohort_cells as c
    left join observed as o on c.cohort = o.cohort and c.age = o.age
)

select * from cohort_retention
order by cohort, age
