-- title: Units bought on discount by group
-- unit: share of units
-- grain: one row a group of customers, and one for all together
-- definition: Of the units a group bought, how many were on discount.
-- formula: units of lines with a discount / units of lines whose discount is known; interval: Wilson with as many units as
--   the spread between customers leaves (units of one customer are alike)
-- source: Korn & Graubard 1998 (effective sample size); Wilson 1927
-- caveats: Lines whose discount is blank are left out and counted: unknown is not full price.
-- who: price_groups(group_name)
-- column group_name (text): The group; unknown for all together
-- column customers (count): Customers who bought units of known discount
-- column units_known (number): Units whose discount is known
-- column units_discounted (number): Of them, those on discount
-- column units_unknown (number): Units whose discount is not known
-- column discounted_share (share): Units on discount / units whose discount is known
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
with buyers as (
    select
        group_name,
        customer_key,
        sum(case when discount is not null then quantity else 0 end) as known,
        sum(case when discount > 0 then quantity else 0 end) as discounted,
        sum(case when discount is null then quantity else 0 end) as unknown
    from priced_lines
    group by group_name, customer_key
),

discount_by_group as (
    select
        grouping(group_name) as is_all,
        group_name,
        count(case when known > 0 then 1 end) as customers,
        sum(known) as units_known,
        sum(discounted) as units_discounted,
        sum(unknown) as units_unknown,
        sum(discounted * discounted) as squared_discounted,
        sum(discounted * known) as discounted_known,
        sum(known * known) as squared_known
    from buyers
    group by grouping sets ((group_name), ())
    having count(*) > 0
)

select * from discount_by_group
order by is_all desc, group_name
