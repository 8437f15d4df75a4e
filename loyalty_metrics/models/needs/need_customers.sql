-- kind: model
-- title: Customers behind the groups by needs
-- grain: one row a customer with an occasion in the window
-- definition: How each customer buys. Which group they are in is told by the measure `customer_needs`.
-- column customer_id (text): The shop's own key of the customer
-- column recency_days (days): Days from the last occasion to the as-of date
-- column frequency (count): Occasions in the window
-- column monetary (money): Net revenue in the window
-- column basket (money): Net revenue of an occasion, on average
-- column category_change_share (share): Purchase days whose main category is another than the time before
-- column discounted_share (share): Orders with a discount
-- column return_share (share): Orders sent back, all or in part
-- column main_channel_share (share): Orders through the channel with most orders
select
    customer_key,
    customer_id,
    recency_days,
    frequency,
    monetary,
    basket,
    category_changes / cast(nullif(category_pairs, 0) as double) as category_change_share,
    discounted_orders / cast(nullif(orders_of_known_price, 0) as double) as discounted_share,
    returned_orders / cast(nullif(orders_placed, 0) as double) as return_share,
    main_channel_orders / cast(nullif(orders_of_known_channel, 0) as double) as main_channel_share
from customer_behaviour
