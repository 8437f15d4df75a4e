-- title: Everything that happened with a customer
-- unit: events
-- grain: one row an event of a customer asked for, up to the as-of date
-- definition: Orders, refunds, points, stays in tiers, contacts, complaints, surveys, referrals, and decisions on the segment
--   they were in, in the order of time.
-- formula: money of an order is what its lines of that day come to; of a refund what was taken back, negative
-- source: this workspace's own imports
-- caveats: Orders and refunds stand on the day on which they were posted, so that they add up to the customer's revenue. A
--   survey that was not answered stands on the day on which it was sent. Decisions ("actions") are on segments, not on
--   customers: all are listed here with their segment, and the page keeps those on the segment the customer was in.
-- column customer_id (text): The shop's own key of the customer
-- column on_day (date): Day
-- column kind (code): What happened
-- column words (text): Which one, in words of the data
-- column money (money): Money in it, where there is any
-- column points (number): Points moved; negative where they went
-- column segment (code): Of a decision: for which segment; empty is for all
with bought as (
    select
        customer_id,
        posted_on as on_day,
        case when is_refund then 'refund' else 'bought' end as kind,
        concat_ws(' · ', order_id, channel, nullif(store, channel)) as words,
        net as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from customer_postings
),

moved_points as (
    select
        c.customer_id,
        cast(t.posted_at as date) as on_day,
        'points' as kind,
        t.kind as words,
        -t.value as money,
        case when t.kind in ('redeemed', 'expired') then -t.points else t.points end as points,
        cast(null as varchar) as segment
    from points as t
    inner join chosen_customers as c on t.customer_id = c.customer_id
),

stays as (
    select
        c.customer_id,
        t.from_on as on_day,
        'tier' as kind,
        t.tier as words,
        null as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from tiers as t
    inner join chosen_customers as c on t.customer_id = c.customer_id
),

contacted as (
    select
        c.customer_id,
        cast(t.contacted_at as date) as on_day,
        'contact' as kind,
        concat_ws(' · ', t.channel, t.reason) as words,
        -t.cost as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from contacts as t
    inner join chosen_customers as c on t.customer_id = c.customer_id
),

complained as (
    select
        c.customer_id,
        cast(t.opened_at as date) as on_day,
        'complaint' as kind,
        -- How it ended is not known before the day on which it did.
        concat_ws(' · ', t.reason, case when cast(t.closed_at as date) <= $as_of then t.outcome end) as words,
        case when cast(t.closed_at as date) <= $as_of then -t.cost end as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from complaints as t
    inner join chosen_customers as c on t.customer_id = c.customer_id
),

asked as (
    select
        c.customer_id,
        t.response_id,
        case when cast(min(t.answered_at) as date) <= $as_of then cast(min(t.answered_at) as date) end as answered_on,
        cast(min(t.sent_at) as date) as sent_on,
        string_agg(t.dimension || ' ' || cast(t.perceived as varchar), ', ' order by t.dimension) as answers,
        min(t.comment) as comment
    from surveys as t
    inner join chosen_customers as c on t.customer_id = c.customer_id
    group by c.customer_id, t.response_id
),

surveyed as (
    select
        customer_id,
        coalesce(answered_on, sent_on) as on_day,
        'survey' as kind,
        case when answered_on is null then null else concat_ws(' · ', answers, comment) end as words,
        null as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from asked
),

referred as (
    select
        c.customer_id,
        cast(t.referred_at as date) as on_day,
        'referral' as kind,
        concat_ws(' → ', t.referrer_id, t.referred_id) as words,
        case when t.referrer_id = c.customer_id then -t.reward_cost end as money,
        cast(null as double) as points,
        cast(null as varchar) as segment
    from referrals as t
    inner join chosen_customers as c on t.referrer_id = c.customer_id or t.referred_id = c.customer_id
),

decided as (
    select
        c.customer_id,
        t.decided_on as on_day,
        'action' as kind,
        t.title as words,
        null as money,
        cast(null as double) as points,
        t.segment
    from actions as t
    cross join chosen_customers as c
),

customer_events as (
    select * from bought
    union all
    select * from moved_points
    union all
    select * from stays
    union all
    select * from contacted
    union all
    select * from complained
    union all
    select * from surveyed
    union all
    select * from referred
    union all
    select * from decided
)

select * from customer_events
where on_day <= $as_of
order by customer_id, on_day, kind, words
