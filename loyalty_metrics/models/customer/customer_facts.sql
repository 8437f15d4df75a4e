-- title: One customer in figures
-- unit: several; each column says its own
-- grain: one row a customer asked for who is on file or has an order up to the as-of date
-- definition: Who the customer is, what they have bought so far, and since when they are away.
-- formula: revenue = sold - refunds; margin = profit / revenue; days away = as-of date - day of the last purchase
-- source: this workspace's own imports
-- caveats: Filters do not apply. Orders are those worth more than nothing after refunds; the money is that of all. Profit is
--   unknown as soon as the cost of one line is. Name, contact and where they come from are as last entered, the tier is
--   that of the as-of date. The last three columns are what RFM scores are made of, within the window.
-- column customer_id (text): The shop's own key of the customer
-- column name (text): Name, as last entered
-- column email (text): E-mail address
-- column phone (text): Telephone number
-- column joined_on (date): Day on which they joined the programme or opened an account
-- column acquired_through (text): What won them
-- column customer_country (text): Where they live
-- column tier (text): Tier on the as-of date
-- column first_on (date): Day of the first purchase
-- column last_on (date): Day of the last purchase
-- column days_away (days): Days since
-- column occasions (count): Purchases: days on which they bought
-- column orders (count): Orders
-- column revenue (money): Net revenue so far
-- column refunds (money): Taken back so far, as a positive amount
-- column profit (money): Revenue less the cost of goods
-- column margin (share): Profit / revenue
-- column average_order (money): Revenue / orders
-- column recency_days (days): Days from the last purchase in the window
-- column frequency (count): Purchases in the window
-- column monetary (money): Net revenue in the window
with entered as (
    select
        c.customer_id,
        c.name,
        c.email,
        c.phone,
        cast(c.joined_at as date) as joined_on,
        c.acquired_through,
        c.country,
        cast(c.import_id as bigint) * 10000000000 + c.line_no as place
    from customers as c
    inner join chosen_customers as a on c.customer_id = a.customer_id
),

on_file as (
    select
        customer_id,
        max_by(name, place) as name,
        max_by(email, place) as email,
        max_by(phone, place) as phone,
        max_by(joined_on, place) as joined_on,
        max_by(acquired_through, place) as acquired_through,
        max_by(country, place) as customer_country
    from entered
    group by customer_id
),

tier_then as (
    select t.customer_id, max_by(t.tier, t.from_on) as tier
    from tiers as t
    inner join chosen_customers as a on t.customer_id = a.customer_id
    where t.from_on <= $as_of and (t.until_on is null or t.until_on >= $as_of)
    group by t.customer_id
),

order_values as (
    select
        customer_id,
        counts_on,
        sum(net) as net,
        sum(case when is_refund then -net else 0 end) as refunds,
        case when count(cost) = count(*) then sum(cost) end as cost
    from customer_postings
    group by customer_id, counts_on, order_id, is_refund and $refunds = 'own_date'
),

bought as (
    select
        customer_id,
        cast(sum(case when net > 0 then 1 else 0 end) as bigint) as orders,
        sum(net) as revenue,
        sum(refunds) as refunds,
        case when count(cost) = count(*) then sum(net) - sum(cost) end as profit,
        sum(case when counts_on >= $since then net end) as monetary
    from order_values
    group by customer_id
),

came as (
    select
        customer_id,
        min(on_day) as first_on,
        max(on_day) as last_on,
        count(*) as occasions,
        max(case when on_day >= $since then on_day end) as last_in_window,
        cast(sum(case when on_day >= $since then 1 else 0 end) as bigint) as frequency
    from customer_purchases
    group by customer_id
),

customer_facts as (
    select
        a.customer_id,
        f.name,
        f.email,
        f.phone,
        f.joined_on,
        f.acquired_through,
        f.customer_country,
        t.tier,
        c.first_on,
        c.last_on,
        cast(datediff('day', c.last_on, $as_of) as bigint) as days_away,
        coalesce(c.occasions, 0) as occasions,
        coalesce(b.orders, 0) as orders,
        coalesce(b.revenue, 0) as revenue,
        coalesce(b.refunds, 0) as refunds,
        b.profit,
        cast(b.profit as double) / nullif(cast(greatest(b.revenue, 0) as double), 0) as margin,
        cast(b.revenue as double) / nullif(b.orders, 0) as average_order,
        cast(datediff('day', c.last_in_window, $as_of) as bigint) as recency_days,
        case when c.frequency > 0 then c.frequency end as frequency,
        case when c.frequency > 0 then b.monetary end as monetary
    from chosen_customers as a
    left join on_file as f on a.customer_id = f.customer_id
    left join tier_then as t on a.customer_id = t.customer_id
    left join bought as b on a.customer_id = b.customer_id
    left join came as c on a.customer_id = c.customer_id
    where b.customer_id is not null or f.customer_id is not null
)

select * from customer_facts
order by customer_id
