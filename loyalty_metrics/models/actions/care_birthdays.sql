-- title: Birthdays to come
-- unit: customers
-- grain: one row a customer whose birthday is known
-- definition: The next birthday of each customer after the as-of date, and how much they bought lately. Who was born on a
--   29 February has it on the 28th in other years. Customers who said that they may not be contacted are left out.
-- formula: next birthday = the day and month of birth in this year if it is still to come, else in the next
-- source: this workspace's customers table, as last entered
-- caveats: The list is of everybody; choose how many days ahead. Filters on customers apply.
-- needs: customers
-- column customer_id (text): The shop's own key of the customer
-- column birthday_on (date): Next birthday
-- column days_until (days): Days from the as-of date to it
-- column days_silent (days): Days since the last purchase; unknown where there was none
-- column purchases_so_far (count): Purchase occasions
-- column year_spend (money): Net revenue in the last 365 days
with entered as (
    select
        customer_id,
        max_by(birthday, cast(import_id as bigint) * 10000000000 + line_no) as birthday,
        max_by(consent, cast(import_id as bigint) * 10000000000 + line_no) as consent
    from customers
    group by customer_id
),

chosen as (
    select k.customer_id, k.customer_key
    from members as m
    inner join customer_keys as k on m.customer_key = k.customer_key
),

born as (
    select
        e.customer_id,
        c.customer_key,
        extract(month from e.birthday) as birth_month,
        extract(day from e.birthday) as birth_day
    from entered as e
    inner join chosen as c on e.customer_id = c.customer_id
    where e.birthday is not null and e.birthday <= $as_of and coalesce(e.consent, true)
),

years as (
    select extract(year from cast($as_of as date)) as year_of
    union all
    select extract(year from cast($as_of as date)) + 1 as year_of
),

-- Not more days than the month has in that year: only February ever has fewer than somebody was born on.
birthdays as (
    select
        b.customer_id,
        b.customer_key,
        make_date(
            y.year_of,
            b.birth_month,
            least(b.birth_day, extract(day from last_day(make_date(y.year_of, b.birth_month, 1))))
        ) as birthday_on
    from born as b
    cross join years as y
),

next_birthday as (
    select customer_id, customer_key, min(birthday_on) as birthday_on
    from birthdays
    where birthday_on > $as_of
    group by customer_id, customer_key
),

buying as (
    select
        customer_key,
        max(on_day) as last_on,
        count(*) as purchases,
        cast(coalesce(sum(case when on_day > $as_of - 365 then net end), 0) as double) as year_spend
    from counted_days
    where is_occasion
    group by customer_key
),

care_birthdays as (
    select
        n.customer_id,
        n.birthday_on,
        cast(datediff('day', $as_of, n.birthday_on) as bigint) as days_until,
        cast(datediff('day', b.last_on, $as_of) as bigint) as days_silent,
        coalesce(b.purchases, 0) as purchases_so_far,
        coalesce(b.year_spend, 0) as year_spend
    from next_birthday as n
    left join buying as b on n.customer_key = b.customer_key
)

select * from care_birthdays
order by birthday_on, year_spend desc, customer_id
