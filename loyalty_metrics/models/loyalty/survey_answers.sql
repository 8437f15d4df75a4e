-- kind: model
-- title: Answers to surveys
-- grain: one row a customer and questionnaire answered by the as-of date
-- definition: What the questionnaire says: the score for recommending (0 to 10), the satisfaction index (perceived /
--   expected, over the questions that have both), and what was said of other shops. What was not asked or not answered
--   is NULL. Anonymous answers belong to no customer and are not here.
with answered as (
    select
        k.customer_key,
        s.response_id,
        s.answered_at,
        case when s.dimension = 'recommend' then s.perceived end as recommend,
        case when s.dimension <> 'recommend' and s.expected is not null then s.perceived end as perceived,
        case when s.dimension <> 'recommend' and s.perceived is not null then s.expected end as expected,
        s.spend_elsewhere,
        s.spend_days,
        s.shop_rank,
        s.shops_used,
        s.could_switch
    from surveys as s
    inner join customer_keys as k on s.customer_id = k.customer_id
    where s.answered_at is not null and cast(s.answered_at as date) <= $as_of
),

survey_answers as (
    select
        customer_key,
        response_id,
        max(answered_at) as answered_at,
        max(recommend) as recommend,
        sum(perceived) / nullif(sum(expected), 0) as satisfaction_index,
        max(spend_elsewhere) as spend_elsewhere,
        max(spend_days) as spend_days,
        max(shop_rank) as shop_rank,
        max(shops_used) as shops_used,
        bool_and(could_switch) as could_switch
    from answered
    group by customer_key, response_id
)

select * from survey_answers
