-- kind: model
-- stored: yes
-- title: Cells of the RFM map
-- grain: one row a pair of R and FM score that somebody has
-- definition: How many customers have the scores, and what they spent; see `rfm_map`.
with rfm_cells as (
    select r_score, fm_score, count(*) as customers, sum(monetary) as revenue
    from customer_scores
    group by r_score, fm_score
)

select * from rfm_cells
