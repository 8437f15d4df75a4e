-- title: Customers by categories bought
-- unit: customers
-- grain: one row a group of customers and number of categories bought
-- definition: How many customers buy in one, two or more of the categories the shop sold in the window, and what they bring.
-- formula: categories = distinct categories on the customer's purchase occasions in the window
-- source: Griffin 1995
-- caveats: Who buys more often has more occasions to buy in another category. Customers whose lines have no category stand
--   in a row without a number.
-- who: customer_coverage(group_name, categories)
-- column group_name (text): The group
-- column categories (count): Categories bought
-- column coverage (share): Of the categories offered
-- column customers (count): Customers
-- column customer_share (share): Of the group's customers whose categories are known
-- column occasions (count): Their purchases
-- column mean_frequency (number): Purchases per customer
-- column revenue (money): Their net revenue
-- column revenue_share (share): Of the group's
with counted as (
    select
        group_name,
        categories,
        max(coverage) as coverage,
        count(*) as customers,
        cast(sum(occasions) as bigint) as occasions,
        sum(net) as revenue
    from customer_coverage
    group by group_name, categories
),

totals as (
    select
        group_name,
        sum(case when categories is not null then customers end) as customers,
        sum(case when categories is not null then revenue end) as revenue
    from counted
    group by group_name
),

categories_bought as (
    select
        c.group_name,
        c.categories,
        c.coverage,
        c.customers,
        case when c.categories is not null then c.customers / cast(nullif(t.customers, 0) as double) end as customer_share,
        c.occasions,
        c.occasions / cast(c.customers as double) as mean_frequency,
        c.revenue,
        case when c.categories is not null then cast(c.revenue as double) / nullif(cast(t.revenue as double), 0) end
            as revenue_share
    from counted as c
    inner join totals as t on c.group_name is not distinct from t.group_name
)

select * from categories_bought
order by group_name, categories
