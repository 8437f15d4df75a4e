-- title: What sets groups by needs apart
-- unit: differs by trait
-- grain: one row a group by needs and trait that tells customers apart; for everybody alone where there are no groups
-- definition: How each group buys, beside all customers together.
-- formula: value: median for days, purchases and money, counted / out of for shares; apart = (mean of the group - mean of
--   all) / standard deviation over all, on the scales on which groups were looked for
-- source: this workspace's own imports
-- caveats: Unevenness and changes of category are known only of customers with several purchases.
-- who: need_customers(need)
-- column need (code): The group; unknown for everybody together
-- column trait (code): The trait
-- column detail (text): The channel, where the trait is one
-- column unit (code): Unit of the value
-- column value (number): Typical value in the group
-- column everybody (number): The same of all customers
-- column apart (number): How far the group is from all, in standard deviations
-- column position (number): Place of the group in the list
select * exclude (customer_id) from customer_behaviour
order by customer_key
