-- kind: model
-- title: Customers before and after a day
-- grain: one row a customer with a purchase occasion up to the earlier date
-- definition: What was known of each customer on the earlier date, what they bought in the days up to it, and what they
--   bought in the days after it: the two spans of days that the scope compares. Who bought when is as known on the earlier
--   date for the first span, and as known on the as-of date for the second. What has not happened yet is not here.
-- caveats: The margin of a span is unknown (NULL) as soon as the cost of one purchase in it is.
-- column customer_id (text): The shop's own key of the customer
-- column recency (days): Days from the last occasion to the earlier date
-- column purchases (count): Occasions up to it
-- column year_spend (money): Net revenue of occasions in the 365 days up to it
-- column spend (money): Net revenue of all occasions up to it
-- column days_known (days): Days from the first occasion to it
-- column bought_before (count): 1 where there was an occasion in the first span, else 0
-- column orders_before (count): Occasions in the first span
-- column revenue_before (money): Net revenue in the first span
-- column margin_before (money): Of it, what is left after the cost of goods
-- column bought_after (count): 1 where there was an occasion in the second span, else 0
-- column orders_after (count): Occasions in the second span
-- column revenue_after (money): Net revenue in the second span
-- column margin_after (money): Of it, what is left after the cost of goods
with known as (
    select
        customer_key,
        cast(datediff('day', max(on_day), $compare_to) as bigint) as recency,
        count(*) as purchases,
        cast(coalesce(sum(case when on_day > $compare_to - 365 then net end), 0) as double) as year_spend,
        cast(sum(net) as double) as spend,
        cast(datediff('day', min(on_day), $compare_to) as bigint) as days_known
    from counted_days_before
    where is_occasion
    group by customer_key
),

spent_before as (
    select
        customer_key,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as orders,
        cast(sum(net) as double) as revenue,
        case when count(cost) = count(*) then cast(sum(net - cost) as double) end as margin
    from counted_days_before
    where on_day >= $older_from and on_day <= $older_to
    group by customer_key
),

spent_after as (
    select
        customer_key,
        cast(sum(case when is_occasion then 1 else 0 end) as bigint) as orders,
        cast(sum(net) as double) as revenue,
        case when count(cost) = count(*) then cast(sum(net - cost) as double) end as margin
    from counted_days
    where on_day >= $newer_from and on_day <= $newer_to
    group by customer_key
),

customers_around as (
    select
        n.customer_key,
        k.customer_id,
        n.recency,
        n.purchases,
        n.year_spend,
        n.spend,
        n.days_known,
        cast(coalesce(b.orders, 0) > 0 as integer) as bought_before,
        coalesce(b.orders, 0) as orders_before,
        coalesce(b.revenue, 0) as revenue_before,
        case when b.customer_key is null then 0 else b.margin end as margin_before,
        cast(coalesce(a.orders, 0) > 0 as integer) as bought_after,
        coalesce(a.orders, 0) as orders_after,
        coalesce(a.revenue, 0) as revenue_after,
        case when a.customer_key is null then 0 else a.margin end as margin_after
    from known as n
    inner join customer_keys as k on n.customer_key = k.customer_key
    left join spent_before as b on n.customer_key = b.customer_key
    left join spent_after as a on n.customer_key = a.customer_key
)

select * from customers_around
order by customer_id
