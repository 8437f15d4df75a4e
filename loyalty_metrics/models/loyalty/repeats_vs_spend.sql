-- title: Repeats against spend
-- unit: customers
-- grain: one row a pair of repeat decile and spend decile that holds customers
-- definition: Who comes often and who spends much are not the same people: customers by how often they bought and by how
--   much they spent.
-- formula: decile = 1 + whole part of (10 * (customers strictly lower + half of those equal) / customers); 10 is best
-- source: Griffin 1995: a loyal customer is known by repeats, not by amount
-- caveats: Equal customers are never split, so deciles are not equally large where many bought once.
-- who: loyalty_deciles(repeat_decile, spend_decile, kind)
-- column repeat_decile (number): 1 (fewest purchases) to 10
-- column spend_decile (number): 1 (least spent) to 10
-- column kind (code): loyal and big, loyal but small, big but not loyal, or neither; the top three deciles are high
-- column customers (count): Customers in the cell
-- column occasions (count): Their purchases
-- column revenue (money): Their net revenue
with repeats_vs_spend as (
    select
        repeat_decile,
        spend_decile,
        kind,
        count(*) as customers,
        cast(sum(occasions) as bigint) as occasions,
        sum(revenue) as revenue
    from loyalty_deciles
    group by repeat_decile, spend_decile, kind
)

select * from repeats_vs_spend
order by repeat_decile, spend_decile
