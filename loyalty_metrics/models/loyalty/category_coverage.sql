-- title: Category coverage
-- unit: share of categories
-- grain: one row a group of customers; without a group, all together
-- definition: How much of the range customers buy: the categories a customer bought out of those the shop sold to anybody in
--   the window, and how many customers buy in one category only.
-- formula: coverage = mean over customers of (categories bought / categories offered)
-- source: Griffin 1995: loyal customers buy across product lines; intervals: Student (mean), Wilson 1927 (share)
-- caveats: More purchases alone bring more categories; see the measure coverage_repeat for customers with equally many.
--   Customers whose lines have no category are counted as unknown and left out. Categories are as the files name them.
-- who: customer_coverage(group_name, categories)
-- column group_name (text): The group
-- column offered (count): Categories the shop sold to anybody in the window
-- column customers (count): Customers whose categories are known
-- column unknown (count): Customers whose categories are not known
-- column categories (number): Categories bought, on average
-- column coverage (share): Categories bought / offered, on average
-- column low (share): Lower end of its 95% interval
-- column high (share): Upper end of its 95% interval
-- column one_category (count): Customers of one category only
-- column one_share (share): Of the customers
-- column one_low (share): Lower end of its 95% interval
-- column one_high (share): Upper end of its 95% interval
-- column one_revenue (money): Net revenue of the customers of one category only
-- column revenue (money): Net revenue of all these customers
with category_coverage as (
    select
        group_name,
        max(offered) as offered,
        count(categories) as customers,
        count(*) - count(categories) as unknown,
        cast(sum(categories) as double) as categories,
        cast(sum(categories * categories) as double) as categories_squared,
        cast(sum(case when categories = 1 then 1 else 0 end) as bigint) as one_category,
        coalesce(sum(case when categories = 1 then net end), 0) as one_revenue,
        coalesce(sum(case when categories is not null then net end), 0) as revenue
    from customer_coverage
    group by group_name
)

select * from category_coverage
order by group_name
