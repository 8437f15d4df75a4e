-- title: Customers by share of wallet
-- unit: customers
-- grain: one row a group of customers, way in which the share is known, and fifth
-- definition: How many customers spend up to a fifth, two fifths and so on of their money for such goods here.
-- formula: fifth = 1 + whole part of (5 * share of wallet), 5 at most
-- source: as the measure share_of_wallet
-- caveats: Only of customers who answered, who may differ from the others.
-- who: customer_wallets(group_name, method, fifth)
-- column group_name (text): The group
-- column method (code): By what the customer spent elsewhere, or by the rank given to this shop
-- column fifth (number): 1 (up to a fifth) to 5 (more than four fifths)
-- column customers (count): Customers
-- column spend_elsewhere (money): What they spent elsewhere in the days of the answer
-- column revenue (money): Their net revenue here in the window
with wallet_fifths as (
    select
        group_name,
        method,
        fifth,
        count(*) as customers,
        sum(spend_elsewhere) as spend_elsewhere,
        sum(net) as revenue
    from customer_wallets
    where fifth is not null
    group by group_name, method, fifth
)

select * from wallet_fifths
order by group_name, method, fifth
