-- title: When does a customer count as lapsed?
-- unit: share of customers
-- grain: one row a lapse window that could be chosen
-- definition: What each choice of the lapse window would mean: how many gaps between purchases are shorter, how many
--   customers would count as lapsed today, and how many of those who once stayed away that long came back all the same.
-- formula: shorter_gaps / gaps; came_back / silent: of all times that a customer stayed away so long, at least a year
--   before the as-of date, the share that was followed by a purchase within a year
-- source: this workspace's own purchases
-- caveats: Gaps are those that ended in a purchase, over the whole history and before any filter on orders; a gap that
--   still lasts is in `silent` and in `gone` alone. The default window is the smallest t with 1 - S(t) >= 0.9 (1 - S(end)),
--   S by Kaplan-Meier of the gaps, those that still last censored at the as-of date. Under 100 gaps the data do not decide
--   it: no window is in use, and nobody lapses, before one is chosen.
-- who: gone_customers(lapse_days)
-- column lapse_days (days): Days without a purchase until a customer counts as lapsed
-- column use (code): chosen, or could_be
-- column gaps (count): Gaps between purchases seen
-- column shorter_gaps (count): Of them, those not longer than the window
-- column shorter_share (share): Shorter / all
-- column gone (count): Customers in scope who would count as lapsed on the as-of date
-- column silent (count): Times a customer was away that long, a year or more ago
-- column came_back (count): Of them, those who bought again within a year of that
-- column came_back_share (share): Came back / silent
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
with occasions as (
    select d.customer_key, d.on_day
    from customer_days as d
    inner join members as m on d.customer_key = m.customer_key
    where d.is_occasion
),

followed as (
    select
        on_day,
        datediff('day', on_day, lead(on_day) over (partition by customer_key order by on_day)) as gap_days
    from occasions
),

counts as (
    select datediff('day', on_day, $as_of) as since_days, gap_days, count(*) as times
    from followed
    group by 1, 2
),

lapse_windows as (
    select
        w.lapse_days,
        case when w.lapse_days = c.lapse_days then 'chosen' else 'could_be' end as use,
        cast(sum(case when t.gap_days is not null then t.times else 0 end) as bigint) as gaps,
        cast(sum(case when t.gap_days <= w.lapse_days then t.times else 0 end) as bigint) as shorter_gaps,
        cast(sum(case when t.gap_days is null and t.since_days >= w.lapse_days then t.times else 0 end) as bigint) as gone,
        cast(sum(case
            when t.since_days >= w.lapse_days + 365 and coalesce(t.gap_days, t.since_days + 1) > w.lapse_days then t.times else 0
        end) as bigint) as silent,
        cast(sum(case
            when t.since_days >= w.lapse_days + 365 and t.gap_days > w.lapse_days and t.gap_days <= w.lapse_days + 365
                then t.times
            else 0
        end) as bigint) as came_back
    from lapse_choices as w
    cross join counts as t
    cross join lapse_window as c
    group by w.lapse_days, c.lapse_days
)

select * from lapse_windows
order by lapse_days
