-- title: RFM scores
-- unit: score 1 to 5
-- grain: one row a customer with an occasion in the window
-- definition: How recently, how often and for how much each customer bought, each as a score from 1 to 5; 5 is best.
-- formula: score = 1 + whole part of (5 * (customers strictly worse + half of those equal) / customers); or, where the
--   workspace has fixed thresholds, the highest score whose threshold is met. FM = mean of F and M, halves rounded up
-- source: Hughes 1994, Strategic Database Marketing
-- caveats: Equal values always get equal scores, so groups need not be equally large. The workspace's rules of today,
--   its table of segments and its thresholds, are applied to every date.
-- who: rfm_scores(segment, r_score, fm_score, f_score, m_score)
-- column customer_id (text): The shop's own key of the customer
-- column recency_days (days): Days from the last occasion to the as-of date
-- column frequency (count): Occasions in the window
-- column monetary (money): Net revenue in the window
-- column r_score (number): Recency score
-- column f_score (number): Frequency score
-- column m_score (number): Money score
-- column fm_score (number): Mean of frequency and money score
-- column segment (code): Segment by the workspace's table over R and FM
with rfm_scores as (
    select
        s.customer_key,
        k.customer_id,
        s.recency_days,
        s.frequency,
        s.monetary,
        s.r_score,
        s.f_score,
        s.m_score,
        s.fm_score,
        s.segment
    from customer_scores as s
    inner join customer_keys as k on s.customer_key = k.customer_key
)

select * from rfm_scores
order by customer_key
