-- title: Purchases since an earlier date
-- unit: purchases
-- grain: one row
-- definition: Purchase occasions after the earlier date, up to the as-of date, of the customers in scope who had bought by
--   the earlier date; and their revenue and margin. What a forecast made then is judged by.
-- formula: count and sums over occasions with earlier date < day <= as-of date
-- source: this workspace's transactions
-- caveats: The earlier date is 13 weeks before the as-of date unless the scope names another. Revenue is after refunds.
-- column customers (count): Customers who had bought by the earlier date
-- column days (days): Days from the earlier date to the as-of date
-- column orders (count): Purchase occasions since
-- column revenue (money): Their revenue
-- column margin (money): The part of it that is margin, by the margin share of purchases with a known cost; unknown where
--   less than half of the revenue has one
with sums as (
    select
        count(distinct case when d.on_day <= $compare_to then d.customer_key end) as customers,
        cast(coalesce(sum(case when d.on_day > $compare_to then 1 else 0 end), 0) as bigint) as orders,
        coalesce(sum(case when d.on_day > $compare_to then d.net end), 0) as revenue
    from counted_days as d
    where d.is_occasion and d.first_on <= $compare_to
)

select
    s.customers,
    case when s.customers > 0 then datediff('day', $compare_to, $as_of) end as days,
    s.orders,
    s.revenue,
    cast(s.revenue as double) * t.margin_share as margin
from sums as s
cross join value_terms as t
