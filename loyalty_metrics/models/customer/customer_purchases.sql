-- kind: model
-- title: Purchases of the customers asked for
-- grain: one row a customer and purchase occasion, in order
-- definition: A day on which what was bought is worth more than nothing after refunds, with the days since the one before.
with days as (
    select customer_id, counts_on as on_day
    from customer_postings
    group by customer_id, counts_on
    having sum(net) > 0
),

customer_purchases as (
    select
        customer_id,
        on_day,
        datediff('day', lag(on_day) over (partition by customer_id order by on_day), on_day) as gap_days
    from days
)

select * from customer_purchases
