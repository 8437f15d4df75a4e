-- kind: model
-- title: Customers by what their value is grouped by
-- grain: one row a customer in scope with a purchase occasion
-- definition: Year and quarter of entry, RFM segment, first channel and how the customer was acquired, each '' where it is
--   not known; with the history that their value is told from.
with valued_customers as (
    select
        h.customer_key,
        h.repeats,
        h.days_to_last,
        h.days_known,
        h.mean_spend,
        cast(year(m.first_on) as varchar) as entry_year,
        cast(year(m.first_on) as varchar) || ' Q' || cast(quarter(m.first_on) as varchar) as entry_quarter,
        coalesce(s.segment, '') as segment,
        coalesce(a.first_channel, '') as first_channel,
        coalesce(a.acquired_through, '') as acquired_through
    from customer_histories as h
    inner join members as m on h.customer_key = m.customer_key
    left join customer_attributes as a on h.customer_key = a.customer_key
    left join rfm_scores as s on h.customer_key = s.customer_key
)

select * from valued_customers
