-- kind: model
-- stored: yes
-- title: Where the data begin
-- grain: one row
-- definition: The first day with an order or a refund of a customer; before any filter.
select min(on_day) as on_day from customer_days
