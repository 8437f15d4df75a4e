-- kind: model
-- title: What value is counted in
-- grain: one row
-- definition: Margin of each unit of revenue (`margin_share`) over the purchase days whose cost is known, with the share
--   of revenue that they are (`cost_known`). The margin share is unknown (NULL) where less than half of the revenue has
--   a known cost: value is revenue then. And how far the forecast looks ahead, and how much less later money is worth.
with sold as (
    select
        sum(net) as net,
        sum(case when cost is not null then net end) as net_known,
        sum(case when cost is not null then net - cost end) as margin
    from counted_days
    where is_occasion
),

value_terms as (
    select
        case when 2 * net_known >= net then cast(margin as double) / cast(net_known as double) end as margin_share,
        cast(coalesce(net_known, 0) as double) / cast(nullif(net, 0) as double) as cost_known,
        cast($horizon as integer) as horizon,
        cast($discount as integer) as discount
    from sold
)

select * from value_terms
