-- kind: model
-- stored: by customer
-- title: Customers won on discount
-- grain: one row a customer whose first lines say whether there was a discount; before any filter
-- definition: Whether anything bought on the day of the first occasion was bought at a discount.
with first_discounts as (
    select t.customer_key, bool_or(t.discount > 0) as on_discount
    from transactions as t
    inner join entries as e on t.customer_key = e.customer_key and t.posted_on = e.first_on
    where t.discount is not null and t.kind = 'sale'
    group by t.customer_key
)

select * from first_discounts
order by customer_key
