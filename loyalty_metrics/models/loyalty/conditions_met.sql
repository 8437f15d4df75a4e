-- title: Conditions of the loyalty types
-- unit: customers
-- grain: one row a condition of the loyalty rules, in their order
-- definition: What the words in the rules for loyalty types mean, and how many customers fulfil each.
-- formula: customers who fulfil it / customers with a purchase in the window
-- source: Dick & Basu 1994; the limits are those of the loyalty rules
-- caveats: A customer fulfils several. Nobody fulfils a condition of which this data says nothing.
-- who: customer_conditions(condition)
-- column condition (text): The condition
-- column meaning (text): When it holds
-- column missing (text): The column without which it cannot be told from this data; empty where it can
-- column customers (count): Customers who fulfil it
-- column customer_share (share): Of all customers with a purchase in the window
with met as (
    select condition, count(*) as customers from customer_conditions group by condition
),

everybody as (
    select count(*) as customers from customer_conduct
),

conditions_met as (
    select
        n.words as condition,
        n.meaning,
        n.missing,
        coalesce(m.customers, 0) as customers,
        coalesce(m.customers, 0) / cast(nullif(e.customers, 0) as double) as customer_share,
        n.position
    from condition_needs as n
    cross join everybody as e
    left join met as m on n.words = m.condition
)

select * exclude (position) from conditions_met
order by position
