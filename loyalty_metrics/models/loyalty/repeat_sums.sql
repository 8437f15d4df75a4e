-- kind: model
-- stored: sums by entered_on, back_within
-- title: Sums behind the repeat rates
-- grain: one row a day of the very first occasion and limit (30, 60, 90 or 365 days) within which the next one came, NULL for
--   later or never
-- definition: Customers with an occasion in the window, of them those with several, their occasions, and orders and money on
--   days with one, with the squares and products from which intervals of means are made.
with buyers as (
    select
        entered_on,
        case
            when second_on <= entered_on + 30 then 30
            when second_on <= entered_on + 60 then 60
            when second_on <= entered_on + 90 then 90
            when second_on <= entered_on + 365 then 365
        end as back_within,
        occasions,
        cast(occasion_orders as double) as orders,
        cast(occasion_net as double) as spend
    from customer_totals
    where occasions > 0
)

select
    entered_on,
    back_within,
    count(*) as customers,
    cast(sum(case when occasions >= 2 then 1 else 0 end) as bigint) as repeaters,
    cast(sum(occasions) as bigint) as occasions,
    cast(sum(occasions * occasions) as double) as occasions_squared,
    sum(orders) as orders,
    sum(spend) as spend,
    sum(spend * spend) as spend_squared,
    sum(spend * orders) as spend_by_orders,
    sum(orders * orders) as orders_squared
from buyers
group by entered_on, back_within
