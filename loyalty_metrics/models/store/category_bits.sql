-- kind: model
-- stored: yes
-- title: Bits of categories
-- grain: one row a category, the empty text (lines without one) first; 62 more, by the day they were first sold
-- definition: A number with one bit for each category, so that a number says which categories an order has lines of.
-- caveats: A category that is new with the last days changes none of the bits given. Of more than 62, the rest is looked
--   up in the lines themselves.
with found as (
    select category, min(posted_on) as first_on
    from transactions
    where category is not null
    group by category
),

numbered as (
    select '' as category, 0 as place
    union all
    select category, row_number() over (order by first_on, category) as place
    from found
    where category <> ''
)

select category, cast(1 as ubigint) << cast(place as integer) as bit
from numbered
where place <= 62
order by bit
