-- title: Complaints week by week
-- unit: count
-- grain: one row a complete ISO week with a complaint, attribute (everybody, store) and value of it
-- definition: Complaints that came in during the week, and how many of them were closed within 14 days.
-- formula: closed in time = closed_at - opened_at of at most 14 days
-- source: this workspace's complaints table
-- caveats: Complaints of people who are no customers count, unless customers are filtered. Whether a week's complaints were
--   closed in time is unknown (NULL) until 14 days have passed for all of them.
-- who: week_complainers(week, attribute, value)
-- needs: complaints
-- column week (date): Monday of the week in which they came in
-- column attribute (code): everybody, or store
-- column value (code): The store; '' not known, or everybody
-- column opened (count): Complaints that came in
-- column closed_in_time (count): Of them, those closed within 14 days
with chosen as (
    select c.*, cast(date_trunc('week', c.opened_at) as date) as week
    from complaints as c
    where not $customers_filtered
    union all
    select c.*, cast(date_trunc('week', c.opened_at) as date) as week
    from complaints as c
    inner join customer_keys as k on c.customer_id = k.customer_id
    inner join members as m on k.customer_key = m.customer_key
    where $customers_filtered
),

timed as (
    select
        week,
        coalesce(store, '') as store,
        case
            when week + to_days(20) <= $as_of
                then case when closed_at is not null and datediff('day', opened_at, closed_at) <= 14 then 1 else 0 end
        end as in_time
    from chosen
    where week + to_days(6) <= $as_of and ($in_store is null or list_contains($in_store, coalesce(store, '')))
),

complaint_weeks as (
    select
        week,
        case when grouping(store) = 0 then 'store' else 'everybody' end as attribute,
        case when grouping(store) = 0 then store else '' end as value,
        count(*) as opened,
        cast(sum(in_time) as bigint) as closed_in_time
    from timed
    group by grouping sets ((week), (week, store))
)

select * from complaint_weeks
order by week, attribute, value
