-- kind: model
-- title: Customers and their share of wallet
-- grain: one row a customer with an occasion in the window
-- definition: The share of wallet, how it is known, and which fifth of the way to all it lies in; 'unknown' where no answer
--   tells it.
with customer_wallets as (
    select
        t.customer_key,
        g.group_name,
        coalesce(a.method, 'unknown') as method,
        a.wallet_share,
        case when a.wallet_share < 1 then cast(1 + floor(5 * a.wallet_share) as integer) when a.wallet_share >= 1 then 5 end as fifth,
        a.spend_here,
        a.spend_elsewhere,
        a.spend_days,
        a.shop_rank,
        a.shops_used,
        a.answered_on,
        t.occasions,
        t.net
    from customer_totals as t
    inner join customer_groups as g on t.customer_key = g.customer_key
    left join wallet_answers as a on t.customer_key = a.customer_key
    where t.occasions > 0
)

select * from customer_wallets
