-- title: Time to the next purchase
-- unit: share of customers
-- grain: one row a group of customers and day after their purchase; without a group, all together
-- definition: The share of customers who have bought again so many days after a purchase (the first, unless a later one is
--   chosen), with those who still wait counted for as long as they have been watched.
-- formula: 1 - S(t); S(t) = product over days u <= t of (1 - returned / at risk) (Kaplan-Meier)
-- source: Kaplan & Meier 1958; interval: Greenwood on the scale of log(-log S), Kalbfleisch & Prentice 2002
-- caveats: Days are purchase occasions: a second order on the same day is no return. Whoever has not bought again by the
--   as-of date waits still; nobody is taken for lost. Orders that the filters leave out are no return; the first purchase
--   stays the first of the whole history. Late days rest on few customers; `at_risk` tells how many. Groups are by what
--   is known of a customer today.
-- who: next_orders(group_name, state, days <=)
-- column group_name (text): The group; empty for all together
-- column days (days): Days since the purchase before
-- column at_risk (count): Customers watched for so long who had not bought again before that day
-- column returned (count): Of them, those who bought again on that day
-- column waiting (count): Of them, those watched no longer than that: they wait still
-- column bought_again (share): Share who have bought again by the end of that day
-- column low (share): Lower end of the 95% interval
-- column high (share): Upper end of the 95% interval
with time_to_next_order as (
    select
        group_name,
        days,
        cast(sum(case when state = 'returned' then 1 else 0 end) as bigint) as returned,
        cast(sum(case when state = 'waiting' then 1 else 0 end) as bigint) as waiting
    from next_orders
    group by group_name, days
)

select * from time_to_next_order
order by group_name, days
