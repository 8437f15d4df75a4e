-- title: RFM map
-- unit: customers
-- grain: one row a pair of R and FM score, empty ones too
-- definition: How many customers stand in each cell of recency (R) against frequency and money (FM), and what they spent.
-- formula: see RFM scores
-- source: Hughes 1994
-- caveats: Today's rules are applied to every date. Equal values get equal scores, so some cells can be empty by
--   construction.
-- who: rfm_scores(r_score, fm_score)
-- column r_score (number): Recency score; 5 bought most recently
-- column fm_score (number): Mean of frequency and money score; 5 is best
-- column segment (code): Segment of the cell
-- column customers (count): Customers in the cell
-- column revenue (money): Their net revenue in the window
-- column mean_revenue (money): Revenue / customers
with rfm_map as (
    select
        r.r_score,
        r.fm_score,
        r.segment,
        coalesce(c.customers, 0) as customers,
        coalesce(c.revenue, 0) as revenue,
        cast(c.revenue as double) / nullif(c.customers, 0) as mean_revenue
    from segment_rules as r
    left join rfm_cells as c on r.r_score = c.r_score and r.fm_score = c.fm_score
)

select * from rfm_map
order by r_score, fm_score
