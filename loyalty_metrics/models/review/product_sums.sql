-- kind: model
-- stored: yes
-- title: Products of each week
-- grain: one row a product and week with a line of a customer
-- definition: What was sold less what was given back in the week.
with product_sums as (
    select
        cast(date_trunc('week', posted_on) as date) as week,
        product,
        cast(sum(case when amount > 0 then 1 else 0 end) as bigint) as lines,
        sum(amount) as revenue,
        sum(cast(amount as double) * cast(amount as double)) as squares
    from transactions
    where customer_key is not null and product is not null
    group by cast(date_trunc('week', posted_on) as date), product
)

select * from product_sums
order by week, product
