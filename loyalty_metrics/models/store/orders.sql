-- kind: model
-- stored: yes
-- title: Orders
-- grain: one row an order: one customer and order id; guests (no customer) apart
-- definition: Everything known of the order by now, with refunds that name it or share its id taken off.
-- caveats: An order with lines of several channels, stores or countries carries the first in the alphabet.
--   Its category is that of its dearest line. Cost is unknown (NULL) as soon as one line's is.
with lines as (
    select
        customer_key,
        coalesce(refund_of, order_id) as order_id,
        posted_on,
        kind <> 'sale' as is_refund,
        amount,
        discount,
        cost,
        quantity,
        channel,
        store,
        country,
        category
    from transactions
),

grouped as (
    select
        customer_key,
        order_id,
        min(posted_on) as ordered_on,
        max(posted_on) as last_posted_on,
        bool_and(is_refund) as is_refund,
        sum(amount) as net,
        coalesce(sum(case when is_refund then amount end), 0) as refunds,
        coalesce(sum(case when not is_refund then discount end), 0) as discount,
        case when count(cost) = count(*) then sum(cost) end as cost,
        coalesce(sum(quantity), 0) as units,
        count(*) as lines,
        min(channel) as channel,
        min(store) as store,
        min(country) as country,
        max_by(category, amount) as category
    from lines
    group by customer_key, order_id
)

select * from grouped
order by customer_key, ordered_on, order_id
