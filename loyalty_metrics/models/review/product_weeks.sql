-- title: Products week by week
-- unit: money
-- grain: one row a complete ISO week and product, of the fifty that sold most in the last year
-- definition: What customers bought of each product in each week that is over, less what they gave back in it.
-- formula: revenue = sum of amounts of the lines of the week
-- source: this workspace's own transactions
-- caveats: Lines without a customer or a product are not here. Filters on orders look at the line itself.
-- column week (date): Monday of the week
-- column product (text): The product
-- column lines (count): Lines worth more than nothing
-- column revenue (money): Net revenue
-- column squares (number): Sum of the squares of the lines' values, from which the spread is told
with chosen as (
    select
        cast(date_trunc('week', t.posted_on) as date) as week,
        t.product,
        cast(sum(case when t.amount > 0 then 1 else 0 end) as bigint) as lines,
        sum(t.amount) as revenue,
        sum(cast(t.amount as double) * cast(t.amount as double)) as squares
    from transactions as t
    inner join members as m on t.customer_key = m.customer_key
    where
        ($customers_filtered or $orders_filtered)
        and t.product is not null
        and ($in_category is null or list_contains($in_category, coalesce(t.category, '')))
        and ($in_channel is null or list_contains($in_channel, coalesce(t.channel, '')))
        and ($in_store is null or list_contains($in_store, coalesce(t.store, '')))
        and ($in_country is null or list_contains($in_country, coalesce(t.country, '')))
    group by cast(date_trunc('week', t.posted_on) as date), t.product
),

kept_or_chosen as (
    select week, product, lines, revenue, squares from product_sums where not ($customers_filtered or $orders_filtered)
    union all
    select week, product, lines, revenue, squares from chosen
),

weeks_over as (
    select * from kept_or_chosen where week + to_days(6) <= $as_of
),

ranked as (
    select product, rank() over (order by sum(revenue) desc) as place
    from weeks_over
    where week > $as_of - to_days(371)
    group by product
),

product_weeks as (
    select o.*
    from weeks_over as o
    inner join ranked as r on o.product = r.product
    where r.place <= 50
)

select * from product_weeks
order by week, product
