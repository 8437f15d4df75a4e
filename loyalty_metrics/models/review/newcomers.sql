-- kind: model
-- title: New customers, and whether they came back
-- grain: one row a customer with an order worth more than nothing
-- definition: The week of the first order, with its channel, store and category, how the customer was won, and whether
--   there was another purchase on the 28 days after that day. Refunds count on the day they were made.
with newcomers as (
    select
        customer_key,
        min(case when is_first then week end) as week,
        coalesce(bool_or(is_purchase and on_day > first_on and on_day <= first_on + to_days(28)), false) as is_back,
        max(case when is_first then acquired_through end) as acquired_through,
        max(case when is_first then customer_country end) as customer_country,
        max(case when is_first then channel end) as channel,
        max(case when is_first then store end) as store,
        max(case when is_first then category end) as category
    from week_orders
    where first_on is not null
    group by customer_key
)

select * from newcomers
