-- title: Table of segments
-- unit: code
-- grain: one row a pair of R and FM score
-- definition: Which segment a customer is in, by recency (R) and by the mean of frequency and money (FM).
-- formula: segment = table over (R score, FM score)
-- source: Hughes 1994; segment names as in common use
-- caveats: The table is this workspace's own; every pair leads to one segment.
-- column r_score (number): Recency score; 5 bought most recently
-- column fm_score (number): Mean of frequency and money score; 5 is best
-- column segment (code): Segment
with rfm_rules as (
    select r_score, fm_score, segment from segment_rules
)

select * from rfm_rules
order by r_score, fm_score
