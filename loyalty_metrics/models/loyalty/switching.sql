-- kind: model
-- title: Whether customers could switch
-- grain: one row a customer who answered it
-- definition: Whether they could as easily buy elsewhere, by the latest answer as of the date.
with latest as (
    select
        customer_key,
        could_switch,
        row_number() over (partition by customer_key order by answered_at desc, response_id desc) as nth
    from survey_answers
    where could_switch is not null
),

switching as (
    select customer_key, could_switch from latest where nth = 1
)

select * from switching
