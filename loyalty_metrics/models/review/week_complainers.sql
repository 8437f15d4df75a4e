-- kind: model
-- title: Who complained in a week
-- grain: one row a customer with a complaint that came in during a complete ISO week, attribute (everybody, store) and value
-- definition: How many complaints of the customer came in, and how many are still open on the as-of date.
-- caveats: Complaints of people who never ordered are not here, though they count as complaints.
-- column week (date): Monday of the week in which they came in
-- column attribute (code): everybody, or store
-- column value (code): The store; '' not known, or everybody
-- column opened (count): Complaints that came in
-- column still_open (count): Of them, those not closed by the as-of date
with chosen as (
    select
        m.customer_key,
        cast(date_trunc('week', c.opened_at) as date) as week,
        coalesce(c.store, '') as store,
        c.closed_at is null or cast(c.closed_at as date) > $as_of as is_open
    from complaints as c
    inner join customer_keys as k on c.customer_id = k.customer_id
    inner join members as m on k.customer_key = m.customer_key
    where $in_store is null or list_contains($in_store, coalesce(c.store, ''))
),

parts as (
    select *, 'everybody' as attribute, '' as value from chosen
    union all
    select *, 'store' as attribute, store as value from chosen
),

week_complainers as (
    select
        customer_key,
        week,
        attribute,
        value,
        count(*) as opened,
        cast(sum(case when is_open then 1 else 0 end) as bigint) as still_open
    from parts
    where week + to_days(6) <= $as_of
    group by customer_key, week, attribute, value
)

select * from week_complainers
