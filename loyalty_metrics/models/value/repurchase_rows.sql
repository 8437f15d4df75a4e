-- kind: model
-- shared: yes
-- title: What was known at a cut, and whether the customer then bought
-- grain: one row a cut and customer known at it; of many customers a sample
-- definition: `customer_features` as of each of the days of `repurchase_cuts`, with `bought`: whether there was an occasion
--   in the days ahead of it. Nothing of after the cut can be among the features: what is read as of a cut is refused where
--   it reads later days.
with known as (
    select 1 as cut, * from customer_features_cut_1
    union all
    select 2 as cut, * from customer_features_cut_2
    union all
    select 3 as cut, * from customer_features_cut_3
    union all
    select 4 as cut, * from customer_features_cut_4
),

later as (
    select distinct d.customer_key, (datediff('day', d.on_day, $as_of) // w.days_ahead) + 1 as cut
    from counted_days as d
    cross join repurchase_cuts as w
    where d.is_occasion and datediff('day', d.on_day, $as_of) < 4 * w.days_ahead
),

repurchase_rows as (
    select s.*, w.days_ahead, l.customer_key is not null as bought
    from known as s
    cross join repurchase_cuts as w
    left join later as l on s.customer_key = l.customer_key and s.cut = l.cut
)

select * from repurchase_rows
