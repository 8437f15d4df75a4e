-- kind: model
-- stored: by customer
-- title: Customer days
-- grain: one row a customer and day with an order or a refund; before any filter
-- definition: The day is a purchase occasion when what was bought that day is worth more than nothing after refunds.
--   Zero-value, fully refunded and cancelled orders make no occasion; rows without a customer are not here.
--   `gap_days` are the days since the customer's occasion before; NULL for the first, and where there is none.
with days as (
    select
        customer_key,
        ordered_on as on_day,
        sum(net) > 0 as is_occasion,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as orders,
        sum(net) as net,
        case when count(cost) = count(*) then sum(cost) end as cost,
        sum(units) as units
    from scope_orders
    where customer_key is not null
    group by customer_key, ordered_on
)

select
    *,
    case when is_occasion then datediff(
        'day', lag(on_day) over (partition by customer_key, is_occasion order by on_day), on_day
    ) end as gap_days
from days
order by customer_key, on_day
