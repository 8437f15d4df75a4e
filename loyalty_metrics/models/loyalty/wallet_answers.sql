-- kind: model
-- title: Share of wallet of those who answered
-- grain: one row a customer whose answers tell a share of wallet
-- definition: By the latest answer as of the date that tells one: what was spent here in the days that the answer is about /
--   (that + what was spent elsewhere in them); where no spend is known, the Wallet Allocation Rule from this shop's rank
--   among the shops used.
with answers as (
    select
        customer_key,
        response_id,
        answered_at,
        cast(answered_at as date) as answered_on,
        case when spend_elsewhere >= 0 then spend_elsewhere end as spend_elsewhere,
        case when spend_days >= 1 then spend_days else 30 end as spend_days,
        case when shop_rank >= 1 and shop_rank <= shops_used then shop_rank end as shop_rank,
        shops_used
    from survey_answers
),

spends as (
    select
        a.customer_key,
        a.response_id,
        greatest(coalesce(sum(d.net), 0), 0) as spend_here
    from answers as a
    left join customer_days as d
        on
            a.customer_key = d.customer_key
            and d.on_day <= a.answered_on
            and datediff('day', d.on_day, a.answered_on) < a.spend_days
    where a.spend_elsewhere is not null
    group by a.customer_key, a.response_id
),

shares as (
    select
        a.*,
        s.spend_here,
        cast(s.spend_here as double) / nullif(cast(s.spend_here + a.spend_elsewhere as double), 0) as share_of_spend,
        (1 - a.shop_rank / (a.shops_used + 1)) * 2 / a.shops_used as share_by_rank
    from answers as a
    left join spends as s on a.customer_key = s.customer_key and a.response_id = s.response_id
),

latest as (
    select *, row_number() over (partition by customer_key order by answered_at desc, response_id desc) as nth
    from shares
    where share_of_spend is not null or share_by_rank is not null
),

wallet_answers as (
    select
        customer_key,
        answered_on,
        case when share_of_spend is not null then 'spend' else 'rank' end as method,
        coalesce(share_of_spend, share_by_rank) as wallet_share,
        case when share_of_spend is not null then spend_here end as spend_here,
        case when share_of_spend is not null then spend_elsewhere end as spend_elsewhere,
        case when share_of_spend is not null then spend_days end as spend_days,
        shop_rank,
        shops_used
    from latest
    where nth = 1
)

select * from wallet_answers
