-- title: Who moved between segments
-- unit: customers
-- grain: one row a pair of segments, before and now, that some customer moved between or stayed in
-- definition: How many customers moved from each segment as of an earlier date to each segment as of now, and what they
--   were worth then and are worth now.
-- formula: RFM segments as of both dates; each customer is counted in one row
-- source: Hughes 1994
-- caveats: Both dates are seen with today's rules of segments, and each as it would have been seen then. Where scores are
--   made by quintiles, which compare customers with each other, a customer can move because others changed.
-- who: rfm_moves(segment_before, segment_now)
-- column segment_before (code): Segment as of the earlier date; `not yet` where they had not bought by then
-- column segment_now (code): Segment as of now; `no more` where the window holds no purchase of theirs
-- column customers (count): Customers
-- column share_of_before (share): Of those who were in the segment before
-- column revenue_before (money): Their net revenue in the window that ended on the earlier date
-- column revenue_now (money): Their net revenue in the window that ends now
-- column position_before (number): Place of the earlier segment in the list, best first
-- column position_now (number): Place of the segment now
with positions as (
    select segment, min(position) as position from segment_rules group by segment
),

moves as (
    select
        segment_before,
        segment_now,
        count(*) as customers,
        coalesce(sum(monetary_before), 0) as revenue_before,
        coalesce(sum(monetary_now), 0) as revenue_now
    from rfm_moves
    group by segment_before, segment_now
),

rfm_migration as (
    select
        m.segment_before,
        m.segment_now,
        m.customers,
        m.customers / cast(sum(m.customers) over (partition by m.segment_before) as double) as share_of_before,
        m.revenue_before,
        m.revenue_now,
        b.position as position_before,
        n.position as position_now
    from moves as m
    left join positions as b on m.segment_before = b.segment
    left join positions as n on m.segment_now = n.segment
)

select * from rfm_migration
order by position_before, position_now
