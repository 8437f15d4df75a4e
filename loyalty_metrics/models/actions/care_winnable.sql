-- title: Lapsed and winnable
-- unit: customers
-- grain: one row a customer in scope who has lapsed not long ago
-- definition: Customers who bought at least three times, whose silence has passed the lapse window and is not yet twice as
--   long: they had a habit, and it may be taken up again. Those who spent most in the year before they fell silent come
--   first. Customers who said that they may not be contacted are left out.
-- formula: lapse days < days silent <= 2 * lapse days, purchases >= 3
-- source: this workspace's transactions
-- caveats: That they may be won back is a rule of thumb and not a forecast; the retention page shows how many come back by
--   themselves after so long.
-- column customer_id (text): The shop's own key of the customer
-- column days_silent (days): Days since the last purchase
-- column purchases_so_far (count): Purchase occasions
-- column best_year (money): Net revenue in the 365 days up to the last purchase
with refused as (
    select customer_id
    from (
        select customer_id, max_by(consent, cast(import_id as bigint) * 10000000000 + line_no) as consent
        from customers
        group by customer_id
    ) as c
    where not consent
),

visits as (
    select customer_key, on_day, net, max(on_day) over (partition by customer_key) as last_on
    from counted_days
    where is_occasion
),

buying as (
    select
        customer_key,
        cast(datediff('day', max(last_on), $as_of) as bigint) as days_silent,
        count(*) as purchases,
        cast(sum(case when on_day > last_on - 365 then net end) as double) as best_year
    from visits
    group by customer_key
),

care_winnable as (
    select k.customer_id, b.days_silent, b.purchases as purchases_so_far, b.best_year
    from buying as b
    inner join customer_keys as k on b.customer_key = k.customer_key
    cross join lapse_window as w
    left join refused as r on k.customer_id = r.customer_id
    where b.purchases >= 3 and b.days_silent > w.lapse_days and b.days_silent <= 2 * w.lapse_days and r.customer_id is null
)

select * from care_winnable
order by best_year desc, customer_id
