-- title: Sales by product, category, channel, store and country
-- unit: money
-- grain: one row an attribute and value of it, of each attribute the fifty that sold most
-- definition: What was sold of each in the window, less what was given back in it, whether the data name a customer or not.
-- formula: revenue = sum of amounts of the lines; share = revenue / revenue of all lines
-- source: this workspace's own transactions
-- caveats: Filters on customers do not apply: a line without a customer has nothing to filter by. Filters on orders look at
--   the line itself. An attribute that no line tells is left out.
-- column attribute (code): What the lines are split by
-- column value (text): Its value; '' where the line does not tell
-- column lines (count): Lines worth more than nothing
-- column units (number): Pieces, less those given back
-- column revenue (money): Net revenue
-- column share (share): Of all revenue
with chosen as (
    select product, category, channel, store, country, amount, coalesce(quantity, 0) as quantity
    from transactions
    where
        posted_on between $since and $as_of
        and ($in_category is null or list_contains($in_category, coalesce(category, '')))
        and ($in_channel is null or list_contains($in_channel, coalesce(channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(country, '')))
),

parts as (
    select
        case
            when grouping(product) = 0 then 'product'
            when grouping(category) = 0 then 'category'
            when grouping(channel) = 0 then 'channel'
            when grouping(store) = 0 then 'store'
            else 'country'
        end as attribute,
        coalesce(product, category, channel, store, country, '') as value,
        cast(sum(case when amount > 0 then 1 else 0 end) as bigint) as lines,
        sum(quantity) as units,
        sum(amount) as revenue
    from chosen
    group by grouping sets ((product), (category), (channel), (store), (country))
),

ranked as (
    select
        *,
        row_number() over (partition by attribute order by revenue desc, value) as place,
        max(value) over (partition by attribute) as last_value,
        sum(revenue) over (partition by attribute) as total
    from parts
),

sales_by_part as (
    select
        attribute,
        value,
        lines,
        units,
        revenue,
        case when total > 0 then cast(revenue as double) / cast(total as double) end as share,
        place
    from ranked
    where place <= 50 and last_value <> ''
)

select * exclude (place) from sales_by_part
order by attribute, place
