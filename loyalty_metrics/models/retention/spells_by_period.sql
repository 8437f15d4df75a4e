-- kind: model
-- title: Who moved in a period
-- grain: one row a customer, period and movement
-- definition: The customers behind each figure of the customer flow.
with moved as (
    select s.customer_key, p.starts_on as period, s.starts_on, s.last_on, s.ends_on, unnest([
        case when s.starts_on < p.starts_on then 'opening' end,
        case when s.starts_on >= p.starts_on and s.is_new then 'new' end,
        case when s.starts_on < p.starts_on and (s.ends_on is null or s.ends_on > p.ends_on) then 'retained' end,
        case when s.starts_on >= p.starts_on and not s.is_new then 'reactivated' end,
        case when s.ends_on <= p.ends_on then 'lapsed' end,
        case when s.ends_on is null or s.ends_on > p.ends_on then 'closing' end
    ]) as movement
    from periods as p
    inner join spells as s on s.starts_on <= p.ends_on and (s.ends_on is null or s.ends_on >= p.starts_on)
),

spells_by_period as (
    select * from moved where movement is not null
)

select * from spells_by_period
