-- kind: model
-- title: Who stayed, rose to or fell from the best fifth
-- grain: one row a customer and year in which they were among the best fifth or had been in the year before
-- definition: `stayed` in both years, `rose` in this year alone, `fell` in the year before alone.
with best_by_year as (
    select
        coalesce(now.customer_key, before.customer_key) as customer_key,
        cast($as_of - to_years(coalesce(now.years_ago, before.years_ago - 1)) as date) as year_to,
        case
            when before.customer_key is null then 'rose'
            when now.customer_key is null then 'fell'
            else 'stayed'
        end as movement,
        now.value as value_now,
        before.value as value_before
    from (select * from year_ranks where in_top > 0) as now
    full join (select * from year_ranks where in_top > 0) as before
        on now.customer_key = before.customer_key and now.years_ago = before.years_ago - 1
    where coalesce(now.years_ago, before.years_ago - 1) >= 0
)

select * from best_by_year
