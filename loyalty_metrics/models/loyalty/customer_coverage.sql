-- kind: model
-- title: Categories that customers buy
-- grain: one row a customer with an occasion in the window
-- definition: How many of the categories that the shop sold to anybody in the window a customer bought, and which. NULL
--   where none of the customer's lines has a category.
with offer as (
    select count(distinct category) as offered
    from transactions
    where kind = 'sale' and amount > 0 and posted_on >= $since and posted_on <= $as_of
),

bought as (
    select
        customer_key,
        count(distinct category) as categories,
        string_agg(distinct category, ', ' order by category) as category_names
    from category_days
    where on_day >= $since
    group by customer_key
),

customer_coverage as (
    select
        t.customer_key,
        g.group_name,
        b.categories,
        b.category_names,
        o.offered,
        cast(b.categories as double) / nullif(o.offered, 0) as coverage,
        t.occasions,
        t.net
    from customer_totals as t
    inner join customer_groups as g on t.customer_key = g.customer_key
    cross join offer as o
    left join bought as b on t.customer_key = b.customer_key
    where t.occasions > 0
)

select * from customer_coverage
