-- kind: model
-- title: Days at which repurchase is learned
-- grain: one row
-- definition: How many days are looked ahead (`days_ahead`, the lapse window) from the as-of date, and the days that lie one, two, three and four
--   times as far before the as-of date. What followed the nearest of them is known to the end, and is what a forecast is
--   tested on. Unknown (NULL) where nobody has come back yet.
with repurchase_cuts as (
    select
        cast($as_of as date) as as_of,
        lapse_days as days_ahead,
        cast($as_of - lapse_days as date) as cut_1,
        cast($as_of - 2 * lapse_days as date) as cut_2,
        cast($as_of - 3 * lapse_days as date) as cut_3,
        cast($as_of - 4 * lapse_days as date) as cut_4
    from lapse_window
)

select * from repurchase_cuts
