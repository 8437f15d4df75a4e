-- title: Value of groups of customers
-- unit: money
-- grain: one row an attribute and value of it
-- definition: The sum of "What each customer will bring" over the customers who share a year or quarter of entry, an RFM
--   segment, a first channel, or how they were acquired; and beside it what winning them cost.
-- formula: sum of value; sum / customers; sum / sum over all; value of the customers whose acquisition cost is known / that
--   cost
-- source: As for "What each customer will bring"
-- caveats: The models are the same for all groups: a group that differs in kind is drawn towards the rest. Value is what
--   is still to come, so old groups have brought part of theirs already, and value to cost is that of today, not of the
--   day they were won. The attributes of each customer are as of the as-of date.
-- who: valued_customers(entry_year, entry_quarter, segment, first_channel, acquired_through)
-- column attribute (code): The attribute
-- column group_name (text): Its value; empty where unknown
-- column customers (count): Customers
-- column value (money): Margin, or revenue, to expect within the horizon, as money of the as-of date
-- column low (money): Low end of the 95 % interval of that expectation
-- column high (money): High end
-- column value_share (share): Of the value of all
-- column mean_value (money): Value a customer
-- column mean_low (money): Low end of its interval
-- column mean_high (money): High end
-- column costed (count): Customers whose acquisition cost is known
-- column mean_acquisition_cost (money): Of those, the mean cost of winning one
-- column value_to_cost (number): Of those, value / cost
-- column method (code): Whether the models speak, or what stands in for them
with won_for as (
    select
        k.customer_key,
        max_by(c.acquisition_cost, cast(c.import_id as bigint) * 10000000000 + c.line_no) as acquisition_cost
    from customers as c
    inner join customer_keys as k on c.customer_id = k.customer_id
    where c.acquisition_cost is not null
    group by k.customer_key
)

select
    h.repeats,
    h.days_to_last,
    h.days_known,
    h.mean_spend,
    h.entry_year,
    h.entry_quarter,
    h.segment,
    h.first_channel,
    h.acquired_through,
    cast(c.acquisition_cost as double) as acquisition_cost,
    t.margin_share,
    t.horizon,
    t.discount
from valued_customers as h
left join won_for as c on h.customer_key = c.customer_key
cross join value_terms as t
order by h.customer_key
