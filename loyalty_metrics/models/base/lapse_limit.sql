-- kind: model
-- stored: yes
-- title: Lapse window as spells know it
-- grain: one row
-- definition: The days of the lapse window alone. They seldom change when customers buy; where they do not, spells of other
--   customers hold.
select lapse_days from lapse_window
