"""The counts everybody wants of freshly staged rows."""

from collections.abc import Sequence
from decimal import Decimal

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.by_day import DAYS, sum_up_days, total
from loyalty_metrics.ingest.check import MADE, ROWS
from loyalty_metrics.ingest.orders import order_key
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.questions import MoneyMove
from loyalty_metrics.ingest.report import Fact, MoneyNote
from loyalty_metrics.ingest.source import SET_ASIDE
from loyalty_metrics.schema import TRANSACTIONS

MOST_ROWS_COMPARED = 1_000_000
"""Above so many rows, rows are not compared with each other: it would cost as much as the import."""

_BITS = 16
"""As many bits a row are taken for counting different numbers: far less memory than the numbers take."""

CUSTOMERS = "staged_customers"
"""The customers of the staged lines, each once: they are counted, and then given their keys."""

_CUSTOMERS = "select distinct customer_id from staged where customer_id is not null"


def facts_of(cursor: Cursor, plan: Plan, loaded: int) -> dict[str, Fact]:
    """Count what the staged rows hold."""
    lines = plan.table is TRANSACTIONS
    if lines:
        cursor.run(f"create or replace temp table {CUSTOMERS} as {_CUSTOMERS}")
        sum_up_days(cursor, plan)
    wanted = {name: sql for name, sql in (_of_days(cursor, plan) if lines else _of_rows(plan)).items() if sql}
    rows = f"{DAYS} where not is_made" if lines else ROWS
    # Where the customers are all there is to count, an empty table gives no row.
    row = (cursor.rows(f"select {', '.join(wanted.values())} from {rows}") or [(0,) * len(wanted)])[0] if wanted else ()
    facts: dict[str, Fact] = dict(zip(wanted, row, strict=True))
    for name in ("first_date", "last_date"):
        if facts.get(name) is not None:
            facts[name] = str(facts[name])
    if lines:
        facts |= _lines_of(cursor, plan)
    facts["duplicate_rows"] = _duplicates(cursor, plan) if loaded <= MOST_ROWS_COMPARED else None
    return facts


def _of_days(cursor: Cursor, plan: Plan) -> dict[str, str | None]:
    names = plan.cells
    return {
        "customers": f"(select count(*) from {CUSTOMERS})" if "customer_id" in names else None,
        "orders": _orders(cursor, plan) if "order_id" in names else None,
        "zero_amount_rows": total("zero_amounts"),
        "negative_quantity_rows": total("negative_quantities") if "quantity" in names else None,
        "first_date": "min(day)",
        "last_date": "max(day)",
    }


def _orders(cursor: Cursor, plan: Plan) -> str:
    """SQL of how many different orders there are; of whole numbers close together a bit each is counted, quicker."""
    if plan.respells:
        return "(select count(distinct order_id) from staged)"
    types = cursor.rows(f"select typeof(order_id) from {ROWS} limit 1")
    if types == [("BIGINT",)]:
        least, most, rows = cursor.row(f"select min(order_id), max(order_id), count(*) from {ROWS}")
        if least is not None and most - least < _BITS * rows:
            return f"(select bit_count(bitstring_agg(order_id, {least}, {most})) from {ROWS})"
    return _different("order_id")


def _of_rows(plan: Plan) -> dict[str, str | None]:
    names = plan.cells
    day = next((c.name for c in plan.required if c.type in ("timestamp", "date") and c.name in names), None)
    return {
        "customers": _different("customer_id") if "customer_id" in names else None,
        "first_date": f"cast(min({day}) as date)" if day else None,
        "last_date": f"cast(max({day}) as date)" if day else None,
    }


def _lines_of(cursor: Cursor, plan: Plan) -> dict[str, Fact]:
    """Count what is known of transactions alone: of all lines, those made of refunds in a column among them."""
    refunds, cancellations, guests, guest_money = cursor.row(
        f"select {', '.join(map(total, ('refunds', 'cancellations', 'guests', 'guest_money')))} from {DAYS}"
    )
    facts: dict[str, Fact] = {"refund_rows": refunds, "cancellation_rows": cancellations}
    facts |= {"guest_rows": guests, "guest_money": str(guest_money)}
    if plan.makes_lines:
        made, money = cursor.row(f"select count(*), coalesce(sum(amount), 0) from {MADE}")
        facts |= {"refund_lines_made": made, "refund_money_made": str(money)}
    return facts


def _different(column: str) -> str:
    """SQL of how many values a column has; several `count(distinct)` beside each other take three times as long."""
    return f"(select count(*) from (select distinct {column} from {ROWS} where {column} is not null) as different)"


def _duplicates(cursor: Cursor, plan: Plan) -> int:
    """Count the rows that repeat an earlier one in every column of the file."""
    source = plan.source
    columns = ", ".join(column.sql for column in source.columns)
    loaded = f"where {source.line_no} not in (select line_no from {SET_ASIDE})"
    rows = f"select {columns} from {source.relation} {loaded}"
    return cursor.value(
        f"with loaded as ({rows}), different as (select distinct * from loaded) "
        "select (select count(*) from loaded) - (select count(*) from different)",
        source.parameters,
    )


def money_of(cursor: Cursor, plan: Plan) -> tuple[Decimal, Decimal]:
    """Sum the readable amounts of the file itself, and those of the staged rows: two counts that must agree.

    The latter of transactions are taken from the sums by day, which `facts_of` makes.
    """
    if plan.money is None:
        return Decimal(0), Decimal(0)
    if plan.table is TRANSACTIONS:
        loaded = cursor.value(f"select sum(money) from {DAYS} where not is_made") or Decimal(0)
    else:
        loaded = cursor.value(f"select sum(amount) from {ROWS}") or Decimal(0)
    if plan.converts:
        return loaded + cursor.value(f"select coalesce(sum(money), 0) from {SET_ASIDE}"), loaded
    source = plan.source
    rows = f"select {plan.money} as amount from {source.relation}"
    if plan.shared:
        key = order_key(source, plan.matches["order_id"].column)
        rows = f"select arg_min({plan.money}, {source.line_no}) as amount from {source.relation} group by {key}"
    read = cursor.value(f"select sum(amount) from ({rows}) as read", plan.parameters) or Decimal(0)
    totals = cursor.value(f"select sum(money) from {SET_ASIDE} where reason = 'total_line'") if source.apart else 0
    return read + (totals or 0), loaded


def money_notes(cursor: Cursor, plan: Plan, moves: Sequence[MoneyMove]) -> tuple[MoneyNote, ...]:
    """Add up the rows and the money of each reading that decides how much money is loaded."""
    if not moves:
        return ()
    rows = [f"count(*) filter ({move.rows})" if move.rows else "null" for move in moves]
    money = [f"cast(sum({move.money}) as decimal(38,4))" if move.money else "null" for move in moves]
    sums = cursor.row(f"select {', '.join([*rows, *money])} from {plan.source.relation}", plan.parameters)
    found = zip(moves, sums[: len(moves)], sums[len(moves) :], strict=True)
    return tuple(MoneyNote(move.code, move.sentence, count, total) for move, count, total in found)


def unreadable_notes(cursor: Cursor, plan: Plan) -> list[str]:
    """Say how many values of columns that are not required could not be read and were left empty."""
    required = {column.name for column in plan.required}
    checked = [
        name
        for name, reading in plan.cells.items()
        if reading.can_fail and name in plan.matches and name not in required
    ]
    if not checked:
        return []
    counts = ", ".join(
        f"count(*) filter ({plan.cells[name].filled} and {plan.cells[name].store} is null)" for name in checked
    )
    row = cursor.row(f"select {counts} from {plan.source.relation}", plan.parameters)
    return [
        f'{count:,} values of column "{plan.matches[name].column.header}" cannot be read and are left empty.'
        for name, count in zip(checked, row, strict=True)
        if count
    ]


def unreadable_dates(cursor: Cursor) -> list[str]:
    """Show one of the dates for which rows were set aside, and what to do if it is one."""
    found = cursor.rows(
        f"select regexp_replace(arg_min(detail, line_no), '^\\w+: ', ''), min(line_no), count(*) from {SET_ASIDE} "
        "where reason = 'date_unreadable'"
    )
    return [
        f'{count:,} dates are set aside that cannot be read, such as "{example}" in line {line:,}; if it is one, '
        'say how it is written with --date-format, such as --date-format "%d.%m.%Y %H:%M".'
        for example, line, count in found
        if count
    ]
