"""The staged transactions summed up by day in one pass: most counts of them are made of these sums."""

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.check import MADE, ROWS
from loyalty_metrics.ingest.plan import Plan

DAYS = "staged_days"
"""The sums: for each day, and for rows of the file apart from lines made of them, a row with the columns of `SUMS`."""

SUMS = {
    "rows": "count(*)",
    "money": "sum(amount)",
    "largest": "max(abs(amount))",
    "sales": "count(*) filter (kind = 'sale')",
    "refunds": "count(*) filter (kind = 'refund')",
    "cancellations": "count(*) filter (kind = 'cancellation')",
    "guests": "count(*) - count(customer_id)",
    "guest_money": "sum(amount) filter (customer_id is null)",
    "zero_amounts": "count(*) filter (amount = 0)",
    "negative_quantities": "count(*) filter (quantity < 0)",
    "negative_prices": "count(*) filter (unit_price < 0)",
    "odd_signs": "count(*) filter (quantity * amount < 0)",
}

_NEEDED = ("ordered_at", "amount", "kind", "customer_id", "quantity", "unit_price")


def sum_up_days(cursor: Cursor, plan: Plan) -> None:
    """Make the table of sums by day of what is staged."""
    needed = ", ".join(f"{plan.shown(name)} as {name}" for name in _NEEDED)
    lines = f"select {needed}, false as is_made from {ROWS}"
    if plan.makes_lines:
        lines += f" union all select {', '.join(_NEEDED)}, true from {MADE}"
    sums = ", ".join(f"{sql} as {name}" for name, sql in SUMS.items())
    cursor.run(
        f"create or replace temp table {DAYS} as"
        f" select cast(ordered_at as date) as day, is_made, {sums} from ({lines}) as lines group by day, is_made"
    )


def total(name: str) -> str:
    """SQL of one of the sums over days, 0 where there are none."""
    return f"coalesce(sum({name}), 0)"
