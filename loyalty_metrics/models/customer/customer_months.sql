-- title: One customer at the ends of past months
-- unit: several; each column says its own
-- grain: one row a customer asked for and end of a month since their first order; the last row is the as-of date
-- definition: What the customer's RFM scores were made of on each of these days, as it was known then.
-- formula: see RFM scores
-- source: this workspace's own imports
-- caveats: Filters do not apply. Empty where the customer had no purchase in the window that ended that day. With what each
--   score took on that day, these give the segment then.
-- column customer_id (text): The shop's own key of the customer
-- column on_day (date): End of the month
-- column recency_days (days): Days since the last purchase
-- column frequency (count): Purchases in the window
-- column monetary (money): Net revenue in the window
with firsts as (
    select customer_id, min(posted_on) as first_on from customer_postings group by customer_id
),

months as (
    select
        customer_id,
        unnest(range(
            date_trunc('month', first_on) + interval 1 month, cast($as_of as timestamp) + interval 1 day, interval 1 month
        )) as month_after
    from firsts
),

days as (
    select customer_id, cast(month_after as date) - 1 as on_day from months
    union
    select customer_id, $as_of as on_day from firsts
),

bought as (
    select d.customer_id, d.on_day, p.counts_on, sum(p.net) as net
    from days as d
    inner join customer_postings as p
        on
            d.customer_id = p.customer_id
            and p.posted_on <= d.on_day
            and datediff('day', p.counts_on, d.on_day) <= datediff('day', $since, $as_of)
    group by d.customer_id, d.on_day, p.counts_on
),

totals as (
    select
        customer_id,
        on_day,
        max(case when net > 0 then counts_on end) as last_on,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as frequency,
        sum(net) as monetary
    from bought
    group by customer_id, on_day
),

customer_months as (
    select
        d.customer_id,
        d.on_day,
        cast(datediff('day', t.last_on, d.on_day) as bigint) as recency_days,
        case when t.frequency > 0 then t.frequency end as frequency,
        case when t.frequency > 0 then t.monetary end as monetary
    from days as d
    left join totals as t on d.customer_id = t.customer_id and d.on_day = t.on_day
)

select * from customer_months
order by customer_id, on_day
