-- title: Loyalty types
-- unit: customers
-- grain: one row a type of the rules, in their order, empty ones too
-- definition: Why customers come: what they do (repeats against those who began with them) and what they say (their latest
--   survey), put together by rules of which the first that fits counts.
-- formula: often = occasions in the window / customers, above the mean of those in scope who first bought in the same
--   quarter, and not lapsed; attitude = score for recommending, else perceived / expected, of the latest answer by the date
-- source: Dick & Basu 1994, Customer loyalty: toward an integrated conceptual framework; intervals: Wilson 1927
-- caveats: Those who answered may differ from those who did not; a customer without an answer is told by what they do
--   alone. The newest quarter has had little time to come again. Staff cannot be recognised among customers, so kinship is
--   referrals alone. Discounts: units on lines with a discount, in orders worth more than nothing. Referrals in the list of
--   customers bear no date and count at every date.
-- who: customer_loyalty(loyalty_type, attitude)
-- column position (number): Place of the type's first rule
-- column loyalty_type (code): Type
-- column rule (text): The conditions of its rules; the first rule that fits a customer counts
-- column meaning (text): What these conditions mean
-- column missing (text): Columns without which the type cannot be told from this data; empty where it can
-- column customers (count): Customers of the type
-- column customer_share (share): Of all customers with a purchase in the window
-- column revenue (money): Their net revenue in the window
-- column revenue_share (share): Of the revenue of all of them
-- column occasions (count): Their purchases
-- column often (count): Of the customers, those who come often
-- column answered (count): Of the customers, those who answered how they like the shop
-- column often_answered (count): Of the customers, those of whom both is so
-- column answered_share (share): Answered / all who answered
-- column low (share): Lower end of its 95% interval
-- column high (share): Upper end of its 95% interval
with parts as (
    select position, loyalty_type, unnest(conditions) as name, generate_subscripts(conditions, 1) as place
    from loyalty_rules
),

meanings as (
    select u.loyalty_type, string_agg(c.words || ': ' || c.meaning, ' ' order by c.position) as meaning
    from (select distinct loyalty_type, name from parts) as u
    inner join condition_needs as c on u.name = c.name
    group by u.loyalty_type
),

rules as (
    select
        r.position,
        r.loyalty_type,
        coalesce(string_agg(c.words, ' and ' order by p.place), 'everybody else') as rule,
        string_agg(distinct c.missing, ', ') as missing
    from loyalty_rules as r
    left join parts as p on r.position = p.position
    left join condition_needs as c on p.name = c.name
    group by r.position, r.loyalty_type
),

types as (
    select
        min(position) as position,
        loyalty_type,
        string_agg(rule, '; or ' order by position) as rule,
        case when count(missing) = count(*) then min(missing) end as missing
    from rules
    group by loyalty_type
),

counted as (
    select
        loyalty_type,
        count(*) as customers,
        sum(net) as revenue,
        cast(sum(occasions) as bigint) as occasions,
        cast(sum(case when is_often then 1 else 0 end) as bigint) as often,
        cast(sum(case when attitude <> 'unknown' then 1 else 0 end) as bigint) as answered,
        cast(sum(case when is_often and attitude <> 'unknown' then 1 else 0 end) as bigint) as often_answered
    from customer_loyalty
    group by loyalty_type
),

loyalty_types as (
    select
        t.position,
        t.loyalty_type,
        t.rule,
        m.meaning,
        t.missing,
        coalesce(c.customers, 0) as customers,
        coalesce(c.customers, 0) / cast(nullif(sum(c.customers) over (), 0) as double) as customer_share,
        coalesce(c.revenue, 0) as revenue,
        cast(coalesce(c.revenue, 0) as double) / nullif(cast(sum(c.revenue) over () as double), 0) as revenue_share,
        coalesce(c.occasions, 0) as occasions,
        coalesce(c.often, 0) as often,
        coalesce(c.answered, 0) as answered,
        coalesce(c.often_answered, 0) as often_answered
    from types as t
    left join meanings as m on t.loyalty_type = m.loyalty_type
    left join counted as c on t.loyalty_type = c.loyalty_type
)

select * from loyalty_types
order by position
