-- title: What a customer buys
-- unit: several; each column says its own
-- grain: one row a customer asked for, attribute (category, product, channel, store) and name; unknown names are empty
-- definition: How often a customer bought what and where, for how much money, how much of it at a discount and how much came
--   back.
-- formula: discount share = discount / (sold + discount); returned share = taken back / sold
-- source: this workspace's own imports
-- caveats: Filters do not apply. Refunds count under what stands on the refund itself; one that names no product is under
--   the unknown one. The discount share is unknown where the data has no discounts.
-- column customer_id (text): The shop's own key of the customer
-- column attribute (code): Category, product, channel or store
-- column name (text): Which one
-- column orders (count): Orders with a sale of it
-- column last_on (date): Last sold to them
-- column units (number): Units sold
-- column sold (money): Sold, after discount
-- column taken_back (money): Taken back, as a positive amount
-- column net (money): Sold less taken back
-- column money_share (share): Of all that was sold to them
-- column discount (money): Discount on what was sold
-- column discount_share (share): Discount / price before discount
-- column returned_share (share): Taken back / sold
with lines as (
    select
        c.customer_id,
        coalesce(t.refund_of, t.order_id) as order_id,
        t.posted_on,
        t.kind = 'sale' as is_sale,
        t.amount,
        t.discount,
        t.quantity,
        t.category,
        t.product,
        t.channel,
        t.store
    from transactions as t
    inner join chosen_customers as c on t.customer_key = c.customer_key
    where t.posted_on <= $as_of
),

parts as (
    select *, 'category' as attribute, coalesce(category, '') as name from lines
    union all
    select *, 'product' as attribute, coalesce(product, '') as name from lines
    union all
    select *, 'channel' as attribute, coalesce(channel, '') as name from lines
    union all
    select *, 'store' as attribute, coalesce(store, '') as name from lines
),

sums as (
    select
        customer_id,
        attribute,
        name,
        count(distinct case when is_sale then order_id end) as orders,
        max(case when is_sale then posted_on end) as last_on,
        sum(case when is_sale then quantity end) as units,
        coalesce(sum(case when is_sale then amount end), 0) as sold,
        -coalesce(sum(case when not is_sale then amount end), 0) as taken_back,
        sum(amount) as net,
        case when count(case when is_sale then discount end) = sum(case when is_sale then 1 else 0 end)
            then sum(case when is_sale then discount end) end as discount
    from parts
    group by customer_id, attribute, name
),

customer_bought as (
    select
        customer_id,
        attribute,
        name,
        orders,
        last_on,
        units,
        sold,
        taken_back,
        net,
        cast(sold as double) / nullif(cast(sum(sold) over (partition by customer_id, attribute) as double), 0) as money_share,
        discount,
        cast(discount as double) / nullif(cast(sold + discount as double), 0) as discount_share,
        cast(taken_back as double) / nullif(cast(sold as double), 0) as returned_share
    from sums
)

select * from customer_bought
order by customer_id, attribute, net desc, name
