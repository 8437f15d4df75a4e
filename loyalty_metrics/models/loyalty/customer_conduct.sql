-- kind: model
-- title: What customers do and say
-- grain: one row a customer with an occasion in the window
-- definition: Repeats against those who first bought in the same quarter, discounts, referral and the latest answers, and
--   the names of the conditions of loyalty rules that hold.
with buyers as (
    select
        t.customer_key,
        t.occasions,
        t.net,
        t.last_on,
        sum(t.occasions) over (partition by date_trunc('quarter', m.first_on)) as occasions_of_peers,
        count(*) over (partition by date_trunc('quarter', m.first_on)) as peers,
        coalesce(datediff('day', t.last_on, $as_of) >= w.lapse_days, false) as has_lapsed
    from customer_totals as t
    inner join members as m on t.customer_key = m.customer_key
    cross join lapse_window as w
    where t.occasions > 0
),

deals as (
    select
        d.customer_key,
        d.units_on_discount / d.units as deal_share,
        sum(d.units_on_discount) over () / sum(d.units) over () as shop_deal_share,
        l.value as deal_times
    from deal_shares as d
    cross join loyalty_limits as l
    where l.name = 'deal_times'
),

known as (
    select
        b.customer_key,
        b.occasions,
        b.net,
        b.last_on,
        cast(b.occasions_of_peers as double) / b.peers as usual_occasions,
        b.has_lapsed,
        b.occasions * b.peers > b.occasions_of_peers and not b.has_lapsed as is_often,
        coalesce(a.attitude, 'unknown') as attitude,
        a.answered_on,
        a.recommend,
        a.satisfaction_index,
        s.could_switch,
        d.deal_share,
        coalesce(
            d.deal_share > d.shop_deal_share and d.deal_share >= least(1, d.deal_times * d.shop_deal_share), false
        ) as buys_on_deals,
        r.customer_key is not null as was_referred
    from buyers as b
    left join attitudes as a on b.customer_key = a.customer_key
    left join switching as s on b.customer_key = s.customer_key
    left join deals as d on b.customer_key = d.customer_key
    left join referred_customers as r on b.customer_key = r.customer_key
),

customer_conduct as (
    select
        *,
        [
            case when is_often then 'repeats_high' else 'repeats_low' end,
            'attitude_' || attitude,
            case when not could_switch then 'cannot_switch' end,
            case when buys_on_deals then 'buys_on_deals' end,
            case when was_referred then 'was_referred' end
        ] as conditions
    from known
)

select * from customer_conduct
