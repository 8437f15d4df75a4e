-- kind: model
-- title: Purchase histories at two dates
-- grain: one row a customer in scope with a purchase occasion at either date
-- definition: Each customer's history as of the as-of date and as of the earlier date; the latter is unknown (NULL) for
--   those who were won since. And what value is counted in at either date.
with value_changes as (
    select
        coalesce(n.customer_key, b.customer_key) as customer_key,
        n.repeats,
        n.days_to_last,
        n.days_known,
        n.mean_spend,
        b.repeats as repeats_before,
        b.days_to_last as days_to_last_before,
        b.days_known as days_known_before,
        b.mean_spend as mean_spend_before,
        t.margin_share,
        e.margin_share as margin_share_before,
        t.cost_known,
        t.horizon,
        t.discount,
        cast($as_of as date) as as_of,
        cast($compare_to as date) as compare_to
    from customer_histories as n
    full join customer_histories_before as b on n.customer_key = b.customer_key
    cross join value_terms as t
    cross join value_terms_before as e
)

select * from value_changes
