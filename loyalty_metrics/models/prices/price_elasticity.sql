-- title: Reaction to prices by group
-- unit: elasticity
-- grain: one row a group of customers, and one for all together
-- definition: By how many percent a group buys less of an item in weeks in which it is one percent dearer than usual.
-- formula: least squares of log(units) on log(price paid) over cells of group, item and week, with an effect for each item
--   and each week; interval from errors clustered by item (CR1, t with items - 1 degrees of freedom)
-- source: Tellis 1988, The price elasticity of selective demand; Cameron & Miller 2015 (clustered errors)
-- caveats: Not an experiment: prices change for reasons, a price cut comes with a poster, and who buys many units may be
--   given a better price. Weeks in which a group buys
--   none of an item are not there, so reactions of thinly sold items look weaker than they are: items count from 8 weeks and
--   5 units a week on, the 300 most sold ones. What changes for all items in a week, such as growth or a season, is taken
--   out by the week's effect; so is a price cut of everything. Groups by segment are by what customers have become.
-- who: price_groups(group_name)
-- column group_name (text): The group; unknown for all together
-- column state (code): Whether the reaction could be estimated, and why not
-- column customers (count): Customers in the group
-- column items (count): Items whose weekly price moved by 5% or more
-- column cells (count): Item-weeks of these
-- column elasticity (number): Percent more units for each percent of price; -2 is 2% fewer units at a price 1% higher
-- column low (number): Lower end of the 95% interval
-- column high (number): Upper end of the 95% interval
-- column chance (number): How often groups that react alike would look as different as these, or more so
with cells as (
    select
        group_name,
        product,
        cast(date_trunc('week', posted_on) as date) as week,
        sum(quantity) as units,
        cast(sum(amount) as double) / sum(quantity) as price,
        grouping(group_name) as is_all
    from priced_lines
    where product is not null
    group by grouping sets ((group_name, product, week), (product, week))
),

sold as (
    select
        is_all,
        group_name,
        product,
        row_number() over (partition by is_all, group_name order by sum(units) desc, product) as place
    from cells
    group by is_all, group_name, product
    having count(*) >= 8 and avg(units) >= 5
),

group_sizes as (
    select group_name, count(*) as customers, grouping(group_name) as is_all
    from price_groups
    group by grouping sets ((group_name), ())
),

price_elasticity as (
    select
        m.is_all,
        m.group_name,
        m.customers,
        c.product,
        c.week,
        c.units,
        c.price
    from group_sizes as m
    left join sold as s on m.is_all = s.is_all and m.group_name is not distinct from s.group_name and s.place <= 300
    left join cells as c
        on s.is_all = c.is_all and s.group_name is not distinct from c.group_name and s.product = c.product
)

select * from price_elasticity
order by is_all desc, group_name, product, week
