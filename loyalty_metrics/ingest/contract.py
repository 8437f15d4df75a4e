"""Checks of what was loaded: rows that can be read, and that a careful analyst would look at all the same.

They are made of sums by day where these tell. Nothing is changed by them.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.by_day import DAYS, total
from loyalty_metrics.ingest.check import ROWS
from loyalty_metrics.ingest.facts import CUSTOMERS, MOST_ROWS_COMPARED
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.report import Warning, counted  # noqa: A004 - the word for it
from loyalty_metrics.schema import TRANSACTIONS

_EXAMPLES = 3
_OLD = "date '1990-01-01'"
_LONG_GAP = 7
_TIMES_USUAL = 5
_TIMES_MEDIAN = 1000
_TIMES_MEAN = 5
"""A line no larger than this has the median sought for in vain: it costs a look at all lines."""
_SAMPLE = 100_000
_FEWEST_DAYS = 20
"""Days of trade before one may be called unusual."""
_FEWEST_ORDERS = 20
_SHARE = 0.05
"""From so many orders, and this share of all, on, a customer is named who has far more than others."""
_MOST_WEIGHED = 50_000

_DOMINANT = f"""
with bought as (
    select customer_id, count(distinct order_id) as orders
    from {{rows}} where line_no % {{step}} = 0
    group by customer_id
),

shares as (
    select
        customer_id, orders, orders / sum(orders) over () as share,
        median(orders) filter (customer_id is not null) over () as usual
    from bought
)

select cast(customer_id as varchar), orders, share
from shares
where customer_id is not null and share > $share and orders >= $fewest and orders >= {_TIMES_USUAL} * usual
order by orders desc
limit {_EXAMPLES}
"""


def warnings_of(cursor: Cursor, plan: Plan, loaded: int) -> tuple[Warning, ...]:
    """What looks wrong in the loaded transactions; of very many, only what costs little is looked at."""
    if plan.table is not TRANSACTIONS:
        return ()
    return (
        *_no_customers(cursor, plan, loaded),
        *_dominant_customers(cursor, plan, loaded),
        *_odd_rows(cursor, plan),
        *_outliers(cursor, loaded),
        *(_orders_of_two(cursor, plan) if loaded <= MOST_ROWS_COMPARED else ()),
        *_ids_in_two_cases(cursor, plan),
        *_odd_days(cursor),
    )


def _no_customers(cursor: Cursor, plan: Plan, loaded: int) -> Iterator[Warning]:
    """Lines of which none has a customer: nothing of loyalty can be told of them."""
    has_any = "customer_id" in plan.cells and cursor.rows(f"select 1 from {CUSTOMERS} limit 1")
    if loaded and not has_any:
        sentence = (
            "No row has a customer: revenue can be told, and no measure of repeat buying. Name the customer's column"
            " with --map customer_id=HEADER, if the file has one."
        )
        yield Warning("no_customers", sentence, loaded)


def _dominant_customers(cursor: Cursor, plan: Plan, loaded: int) -> Iterator[Warning]:
    """Customers of a large share of all orders, far more than others have: perhaps a till, or nobody."""
    if "customer_id" not in plan.cells or loaded < _FEWEST_ORDERS:
        return
    # Of very many rows, every so many-th tells as well.
    step = max(1, loaded // _MOST_WEIGHED)
    found = cursor.rows(_DOMINANT.format(rows=ROWS, step=step), {"share": _SHARE, "fewest": _FEWEST_ORDERS})
    for customer, count, share in found:
        sentence = (
            f"One customer, {customer}, has {share:.0%} of all orders: if this id stands for nobody, say --guest"
            f' "{customer}".'
        )
        yield Warning("dominant_customer", sentence, count, (customer,))


def _odd_rows(cursor: Cursor, plan: Plan) -> Iterator[Warning]:
    """Rows that are odd by themselves."""
    old = (f"sum(rows) filter (day < {_OLD})", f"ordered_at < {_OLD}", "cast(ordered_at as date)")
    checks = {"old_date": ("Dates before 1990", *old)}
    if "unit_price" in plan.cells:
        checks["negative_price"] = ("Prices below 0", total("negative_prices"), "unit_price < 0", "unit_price")
    if "quantity" in plan.cells and "amount" in plan.matches:
        odd = (total("odd_signs"), "quantity * amount < 0", "quantity")
        checks["quantity_sign"] = ("Quantities and amounts of which only one is below 0", *odd)
    counts = ", ".join(count for _, count, _, _ in checks.values())
    found = cursor.row(f"select {counts} from {DAYS} where not is_made")
    for rows, (code, (what, _, test, shown)) in zip(found, checks.items(), strict=True):
        if rows:
            examples = cursor.value(f"select list(distinct {shown})[1:{_EXAMPLES}] from {ROWS} where {test}")
            sentence = f"{what}: {counted(rows, 'row')}."
            yield Warning(code, sentence, rows, tuple(_told(example) for example in examples))


def _outliers(cursor: Cursor, loaded: int) -> Iterator[Warning]:
    """Lines so much larger than the usual one that they are the total: perhaps a slip, perhaps a wholesaler."""
    largest, mean = cursor.row(
        f"select max(largest), sum(abs(money)) / nullif(sum(rows), 0) from {DAYS} where not is_made"
    )
    if not mean or largest <= _TIMES_MEAN * mean:
        return
    every = max(1, loaded // _SAMPLE)
    median = cursor.value(f"select median(abs(amount)) from {ROWS} where amount <> 0 and line_no % {every} = 0")
    if not median or largest <= _TIMES_MEDIAN * median:
        return
    limit = f"abs(amount) > {_TIMES_MEDIAN} * {median}"
    rows, money, examples = cursor.row(
        f"select count(*), sum(amount), list({{'line': line_no, 'amount': amount}} order by abs(amount) desc)"
        f"[1:{_EXAMPLES}] from {ROWS} where {limit}"
    )
    sentence = (
        f"{counted(rows, 'line')} of over {_TIMES_MEDIAN:,} times the median of {median:,.2f}; together {money:,.2f}."
    )
    shown = tuple(f"{example['amount']:,.2f} in line {example['line']:,}" for example in examples)
    yield Warning("outlier", sentence, rows, shown)


def _told(example: object) -> str:
    """A value as people write it: money is kept with more digits than anybody needs."""
    return f"{example:,.2f}" if isinstance(example, Decimal) else str(example)


def _orders_of_two(cursor: Cursor, plan: Plan) -> Iterator[Warning]:
    """Orders that are of more than one customer."""
    if plan.make_order_ids or "customer_id" not in plan.cells:
        return
    two = "select order_id, count(*) as rows from {} group by order_id having min(customer_id) <> max(customer_id)"
    orders, rows, examples = cursor.row(
        f"select count(*), sum(rows), list(cast(order_id as varchar))[1:{_EXAMPLES}] from ({two.format(ROWS)}) as two"
    )
    if orders:
        sentence = f"{counted(orders, 'order')} of more than one customer: each customer's part counts as an order."
        yield Warning("order_of_two", sentence, rows, tuple(examples))


def _ids_in_two_cases(cursor: Cursor, plan: Plan) -> Iterator[Warning]:
    """E-mails as customer ids that differ in nothing but case: one customer may be counted twice."""
    if "customer_id" not in plan.cells:
        return
    first = cursor.rows(f"select 1 from {CUSTOMERS} where contains(customer_id, '@') limit 1")
    if not first:
        return
    spelled = (
        "select lower(customer_id) as folded, count(*) as rows, min(customer_id) as one, max(customer_id) as other"
        f" from {ROWS} where contains(customer_id, '@') group by folded having min(customer_id) <> max(customer_id)"
    )
    ids, rows, examples = cursor.row(
        f"select count(*), sum(rows), list(one || ' / ' || other)[1:{_EXAMPLES}] from ({spelled}) as spelled"
    )
    if ids:
        sentence = f"{counted(ids, 'e-mail')} as a customer id in spellings that differ in capital letters alone."
        yield Warning("ids_in_two_cases", sentence, rows, tuple(examples))


def _odd_days(cursor: Cursor) -> Iterator[Warning]:
    """Gaps in the days with sales, and days far above all before them."""
    days: list[tuple[date, int]] = cursor.rows(
        f"select day, cast(sum(sales) as bigint) as rows from {DAYS} group by day having rows > 0 order by day"
    )
    gaps = [(later - day).days for (day, _), (later, _) in pairwise(days)]
    if len(days) < _FEWEST_DAYS:
        return
    usual = sorted(gaps)[len(gaps) // 2]
    long = [
        f"{days[i][0]} to {days[i + 1][0]}"
        for i, gap in enumerate(gaps)
        if gap > _LONG_GAP and gap > _TIMES_USUAL * usual
    ]
    if long:
        sentence = (
            f"{counted(len(long), 'gap')} of over a week without a sale, unusual here: perhaps a part is missing."
        )
        yield Warning("gap_in_days", sentence, 0, tuple(long[:_EXAMPLES]))
    largest, odd = 0, []
    for number, (day, rows) in enumerate(days):
        if number >= _FEWEST_DAYS and rows > 2 * largest:
            odd.append((day, rows))
        largest = max(largest, rows)
    if odd:
        sentence = f"{counted(len(odd), 'day')} with more than twice the rows of any before: perhaps in twice."
        shown = tuple(f"{day}: {rows:,} rows" for day, rows in odd[:_EXAMPLES])
        yield Warning("large_day", sentence, sum(rows for _, rows in odd), shown)
