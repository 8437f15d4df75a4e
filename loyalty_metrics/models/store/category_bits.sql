-- kind: model
-- stored: yes
-- title: Bits of categories
-- grain: one row a category, lines without one (the empty text) among them; the first 63 that were brought
-- definition: A number with one bit for each category, so that a number says which categories an order has lines of.
-- caveats: New categories get further bits and change none of those given. Of more than 63, the rest is looked up in the
--   lines themselves.
with found as (
    select coalesce(category, '') as category, min(row(import_id, line_no)) as first_place
    from transactions
    group by 1
),

numbered as (
    select category, row_number() over (order by first_place, category) as place from found
)

select category, cast(1 as ubigint) << cast(place - 1 as integer) as bit
from numbered
where place <= 63
order by bit
