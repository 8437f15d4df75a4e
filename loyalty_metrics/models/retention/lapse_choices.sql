-- kind: model
-- title: Lapse windows to choose from
-- grain: one row a window
-- definition: Round windows, and the one in use.
with lapse_choices as (
    select cast(unnest([14, 30, 45, 60, 90, 120, 180, 270, 365, 540]) as integer) as lapse_days
    union
    select lapse_days from lapse_window where lapse_days is not null
)

select * from lapse_choices
