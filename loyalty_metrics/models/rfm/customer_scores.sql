-- kind: model
-- title: Customers' RFM scores
-- grain: one row a customer with an occasion in the window
-- definition: See RFM scores; by keys, so that counting who has which score needs no customer's id.
with buyers as (
    select
        customer_key,
        datediff('day', last_on, $as_of) as recency_days,
        occasions as frequency,
        net as monetary
    from customer_totals
    where occasions > 0
),

-- A score follows from the value alone: comparing with the bounds is far quicker than ranking every customer.
bounds as (
    select
        max(case when figure = 'recency' and score >= 2 then high end) as recency_2,
        max(case when figure = 'recency' and score >= 3 then high end) as recency_3,
        max(case when figure = 'recency' and score >= 4 then high end) as recency_4,
        max(case when figure = 'recency' and score >= 5 then high end) as recency_5,
        min(case when figure = 'frequency' and score >= 2 then low end) as frequency_2,
        min(case when figure = 'frequency' and score >= 3 then low end) as frequency_3,
        min(case when figure = 'frequency' and score >= 4 then low end) as frequency_4,
        min(case when figure = 'frequency' and score >= 5 then low end) as frequency_5,
        min(case when figure = 'monetary' and score >= 2 then low end) as monetary_2,
        min(case when figure = 'monetary' and score >= 3 then low end) as monetary_3,
        min(case when figure = 'monetary' and score >= 4 then low end) as monetary_4,
        min(case when figure = 'monetary' and score >= 5 then low end) as monetary_5
    from rfm_cuts
),

scored as (
    select
        customer_key,
        recency_days,
        frequency,
        monetary,
        case
            when recency_days <= b.recency_5 then 5
            when recency_days <= b.recency_4 then 4
            when recency_days <= b.recency_3 then 3
            when recency_days <= b.recency_2 then 2
            else 1
        end as r_score,
        case
            when frequency >= b.frequency_5 then 5
            when frequency >= b.frequency_4 then 4
            when frequency >= b.frequency_3 then 3
            when frequency >= b.frequency_2 then 2
            else 1
        end as f_score,
        case
            when monetary >= b.monetary_5 then 5
            when monetary >= b.monetary_4 then 4
            when monetary >= b.monetary_3 then 3
            when monetary >= b.monetary_2 then 2
            else 1
        end as m_score
    from buyers
    cross join bounds as b
),

averaged as (
    select *, cast((f_score + m_score + 1) // 2 as integer) as fm_score from scored
),

customer_scores as (
    select
        a.customer_key,
        cast(a.recency_days as bigint) as recency_days,
        a.frequency,
        a.monetary,
        a.r_score,
        a.f_score,
        a.m_score,
        a.fm_score,
        r.segment
    from averaged as a
    inner join segment_rules as r on a.r_score = r.r_score and a.fm_score = r.fm_score
)

select * from customer_scores
