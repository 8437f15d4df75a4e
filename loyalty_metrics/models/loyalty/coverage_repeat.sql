-- title: Does buying across categories bring customers back?
-- unit: share of customers
-- grain: one row a number of purchases (1 to 5) and kind: in one category, or in several
-- definition: Customers after equally many purchases: how many of those who bought in several categories come again before
--   the lapse window is over, against those who bought in one.
-- formula: customers whose next purchase came within the lapse window / customers for whom that window is over
-- source: intervals: Wilson 1927 (shares), Newcombe 1998 (difference)
-- caveats: Compared at equally many purchases, for more purchases alone bring more categories. Who buys across categories may
--   have liked the shop better from the start: the difference tells whom to expect back, not what a second category would do.
-- who: first_purchases(purchases, kind, is_retained)
-- column purchases (number): Purchases made
-- column kind (code): In one category, or in several
-- column lapse_days (days): Within how many days the next purchase counts
-- column size (count): Customers for whom these days are over
-- column retained (count): Of them, those who came again within these days
-- column retention (share): Retained / size
-- column low (share): Lower end of its 95% interval
-- column high (share): Upper end of its 95% interval
-- column difference (share): Several categories less one category, after as many purchases
-- column difference_low (share): Lower end of its 95% interval
-- column difference_high (share): Upper end of its 95% interval
with coverage_repeat as (
    select
        purchases,
        kind,
        max(lapse_days) as lapse_days,
        count(*) as size,
        cast(sum(case when is_retained then 1 else 0 end) as bigint) as retained
    from first_purchases
    group by purchases, kind
)

select * from coverage_repeat
order by purchases, kind
