-- kind: model
-- title: Repeat and spend deciles
-- grain: one row a customer with an occasion in the window
-- definition: Tie-stable deciles of the number of occasions and of net revenue.
with buyers as (
    select customer_key, occasions, net as revenue from customer_totals where occasions > 0
),

ranked as (
    select
        customer_key,
        occasions,
        revenue,
        count(*) over () as n,
        rank() over (order by occasions) - 1 as fewer,
        count(*) over (partition by occasions) as same_occasions,
        rank() over (order by revenue) - 1 as less,
        count(*) over (partition by revenue) as same_revenue
    from buyers
),

deciles as (
    select
        customer_key,
        occasions,
        revenue,
        cast(1 + (10 * (2 * fewer + same_occasions)) // (2 * n) as integer) as repeat_decile,
        cast(1 + (10 * (2 * less + same_revenue)) // (2 * n) as integer) as spend_decile
    from ranked
),

loyalty_deciles as (
    select
        *,
        case
            when repeat_decile >= 8 and spend_decile >= 8 then 'loyal and big'
            when repeat_decile >= 8 then 'loyal but small'
            when spend_decile >= 8 then 'big but not loyal'
            else 'neither'
        end as kind
    from deciles
)

select * from loyalty_deciles
