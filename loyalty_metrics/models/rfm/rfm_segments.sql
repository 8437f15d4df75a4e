-- title: RFM segments
-- unit: customers
-- grain: one row a segment of the workspace's table, empty ones too
-- definition: Customers grouped by how recently they bought (R) and by how often and how much (FM).
-- formula: segment = table over (R score, FM score)
-- source: Hughes 1994; segment names as in common use
-- caveats: Today's rules are applied to every date. Scores by quintiles compare customers with each other: a segment can
--   fill up because others got worse.
-- who: rfm_scores(segment)
-- column segment (code): Segment
-- column customers (count): Customers in it
-- column customer_share (share): Of all customers with a purchase in the window
-- column revenue (money): Net revenue in the window
-- column revenue_share (share): Of the revenue of all of them
-- column mean_revenue (money): Revenue / customers
-- column mean_recency_days (days): Days since the last purchase, on average
-- column mean_frequency (number): Purchases, on average
-- column overdue (count): Of them, good customers (FM 3 or better) who have not come for long (R 2 or less)
-- column overdue_revenue (money): Their net revenue in the window
-- column position (number): Place in the list, best first
with segments as (
    select segment, min(position) as position from segment_rules group by segment
),

scored as (
    select
        segment,
        count(*) as customers,
        sum(monetary) as revenue,
        avg(recency_days) as mean_recency_days,
        avg(frequency) as mean_frequency,
        sum(case when r_score <= 2 and fm_score >= 3 then 1 else 0 end) as overdue,
        sum(case when r_score <= 2 and fm_score >= 3 then monetary else 0 end) as overdue_revenue
    from customer_scores
    group by segment
),

rfm_segments as (
    select
        s.segment,
        coalesce(c.customers, 0) as customers,
        coalesce(c.customers, 0) / cast(nullif(sum(c.customers) over (), 0) as double) as customer_share,
        coalesce(c.revenue, 0) as revenue,
        cast(coalesce(c.revenue, 0) as double) / nullif(cast(sum(c.revenue) over () as double), 0) as revenue_share,
        cast(c.revenue as double) / nullif(c.customers, 0) as mean_revenue,
        c.mean_recency_days,
        c.mean_frequency,
        cast(coalesce(c.overdue, 0) as bigint) as overdue,
        coalesce(c.overdue_revenue, 0) as overdue_revenue,
        s.position
    from segments as s
    left join scored as c on s.segment = c.segment
)

select * from rfm_segments
order by position
