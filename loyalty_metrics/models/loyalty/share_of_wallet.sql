-- title: Share of wallet
-- unit: share of what customers spend on such goods
-- grain: one row a group of customers and way in which the share is known
-- definition: What part of what customers spend on such goods they spend here.
-- formula: spend: spend here / (spend here + spend elsewhere) in the days the answer is about; rank: (1 - rank / (n + 1)) *
--   2 / n, n = shops used
-- source: Keiningham, Aksoy, Buoye & Cooil 2011, Customer loyalty isn't enough. Grow your share of wallet (HBR); intervals:
--   Student (mean), linearised ratio (money)
-- caveats: Only of customers who answered, who may differ from the others; their latest answer counts, however old. Filters
--   on orders do not apply to what was spent here. What people say they spent elsewhere is remembered, not recorded.
-- who: customer_wallets(group_name, method, fifth)
-- column group_name (text): The group
-- column method (code): By what the customer spent elsewhere, by the rank given to this shop, or not known
-- column customers (count): Customers
-- column wallet_share (share): Share of wallet, the mean over these customers
-- column low (share): Lower end of its 95% interval
-- column high (share): Upper end of its 95% interval
-- column spend_here (money): What they spent here in those days
-- column spend_elsewhere (money): What they spent elsewhere in those days
-- column share_of_money (share): Spend here / spend here and elsewhere, all together
-- column money_low (share): Lower end of its 95% interval
-- column money_high (share): Upper end of its 95% interval
-- column revenue (money): Their net revenue in the window
with spent as (
    select
        *,
        cast(spend_here as double) as y,
        cast(spend_here + spend_elsewhere as double) as x
    from customer_wallets
),

share_of_wallet as (
    select
        group_name,
        method,
        count(*) as customers,
        sum(wallet_share) as shares,
        sum(wallet_share * wallet_share) as shares_squared,
        sum(spend_here) as spend_here,
        sum(spend_elsewhere) as spend_elsewhere,
        sum(y) as y,
        sum(x) as x,
        sum(y * y) as yy,
        sum(x * y) as xy,
        sum(x * x) as xx,
        sum(net) as revenue
    from spent
    group by group_name, method
)

select * from share_of_wallet
order by group_name, method
