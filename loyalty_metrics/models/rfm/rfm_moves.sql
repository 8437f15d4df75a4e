-- kind: model
-- title: Customers and the segments they moved between
-- grain: one row a customer with a score at either date
-- definition: Each customer's segment as of the earlier date and as of the as-of date, with what they had spent. `not yet`
--   had not bought by then (in the window that ended then), `no more` has not bought in the window that ends now.
with rfm_moves as (
    select
        coalesce(n.customer_key, b.customer_key) as customer_key,
        coalesce(b.segment, 'not yet') as segment_before,
        coalesce(n.segment, 'no more') as segment_now,
        b.monetary as monetary_before,
        n.monetary as monetary_now
    from customer_scores as n
    full join customer_scores_before as b on n.customer_key = b.customer_key
)

select * from rfm_moves
