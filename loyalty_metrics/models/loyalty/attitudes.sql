-- kind: model
-- title: Attitudes
-- grain: one row a customer who answered how they like the shop
-- definition: By the latest answer as of the date: the score for recommending where it was asked, else the satisfaction
--   index; whether they like the shop, by the limits of the loyalty rules.
with limits as (
    select
        max(case when name = 'recommend_high' then value end) as recommend_high,
        max(case when name = 'recommend_low' then value end) as recommend_low,
        max(case when name = 'satisfied' then value end) as satisfied,
        max(case when name = 'dissatisfied' then value end) as dissatisfied
    from loyalty_limits
),

latest as (
    select
        *,
        row_number() over (partition by customer_key order by answered_at desc, response_id desc) as nth
    from survey_answers
    where recommend is not null or satisfaction_index is not null
),

attitudes as (
    select
        a.customer_key,
        cast(a.answered_at as date) as answered_on,
        a.recommend,
        a.satisfaction_index,
        case
            when a.recommend >= l.recommend_high then 'likes'
            when a.recommend <= l.recommend_low then 'dislikes'
            when a.recommend is not null then 'lukewarm'
            when a.satisfaction_index >= l.satisfied then 'likes'
            when a.satisfaction_index < l.dissatisfied then 'dislikes'
            else 'lukewarm'
        end as attitude
    from latest as a
    cross join limits as l
    where a.nth = 1
)

select * from attitudes
