-- title: Days between a customer's purchases
-- unit: days
-- grain: one row a customer asked for and purchase after their first
-- definition: Days from one purchase occasion of the customer to the next. The usual gap is the median of these; a customer
--   is away for as long as their last purchase is past, which is compared with their own gaps one by one.
-- formula: gap = day of a purchase - day of the purchase before; usual gap = median of the gaps;
--   longer than n of m gaps = number of gaps shorter than the days away
-- source: this workspace's own imports
-- caveats: Filters do not apply. Two orders on one day are one purchase. A customer with one purchase has no gap, and no
--   usual gap. Who is away longer than nine in ten of five gaps or more is called late.
-- column customer_id (text): The shop's own key of the customer
-- column on_day (date): Day of the purchase that ended the gap
-- column gap_days (days): Days since the purchase before
with customer_gaps as (
    select customer_id, on_day, gap_days
    from customer_purchases
    where gap_days is not null
)

select * from customer_gaps
order by customer_id, on_day
