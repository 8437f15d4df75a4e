"""Orders that reach over several rows: what stands on their first row alone, and money that counts once an order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.ingest.texts import Habits

FILLED = "import_filled"
_ROWS = 1000
_MOST_ROWS = 20_000
_FEWEST_ORDERS = 3

OF_ORDER = (
    *("customer_id", "email", "phone", "ordered_at", "channel", "store", "country", "staff_id", "currency"),
    *("status", "payment_status", "cancelled_at", "paid_at", "test"),
)
"""What all rows of an order have in common."""

MONEY_OF_ORDER = ("amount", "refunded", "discount_in_amount", "shipping_in_amount", "tax_in_amount")
"""Money that may be that of the whole order."""

_OF_LINE = ("product", "quantity", "unit_price")


@dataclass(frozen=True)
class OrderHabits:
    """How a file writes orders of several rows, by canonical column.

    Attributes:
        on_first: Columns filled on the first row of an order alone.
        on_each: Columns of money that are equal on all rows of each order, though the rows differ.
    """

    on_first: frozenset[str] = frozenset()
    on_each: frozenset[str] = frozenset()


def order_key(source: Source, column: SourceColumn) -> str:
    """SQL of the order a row belongs to; a row without an order is one of its own."""
    order = Habits().text(column.sql) if column.is_text else f"cast({column.sql} as varchar)"
    return f"coalesce({order}, 'row ' || {source.line_no})"


def order_habits(cursor: Cursor, source: Source, matches: Mapping[str, Match]) -> OrderHabits:
    """Look at all rows of the first thousand orders: wherever in the file they stand."""
    if "order_id" not in matches:
        return OrderHabits()
    roles = [name for name in matches if name in (*OF_ORDER, *MONEY_OF_ORDER, *_OF_LINE)]
    column = matches["order_id"].column
    key = Habits().text(column.sql) if column.is_text else column.sql
    values = "".join(f", trim(cast({matches[name].column.sql} as varchar))" for name in roles)
    # Asked for beforehand: within the query below, the database would sort all rows to find the first ones.
    ids = cursor.rows(f"select {column.sql}, {key} from {source.relation} limit {_ROWS}", source.parameters)
    # Taking blanks off every id costs ten times the comparison: only where ids are seen to have some.
    same = column.sql if all(written == order for written, order in ids) else key
    found = cursor.rows(
        f"select {key} as order_key, {source.line_no} as row_no{values} from {source.relation}"
        f" where {same} in (select unnest($ids)) order by order_key, row_no limit {_MOST_ROWS}",
        {**source.parameters, "ids": list(dict.fromkeys(order for _, order in ids))},
    )
    orders = [list(rows) for _, rows in groupby(found, key=lambda row: row[0])]
    several = [
        dict(zip(roles, zip(*(row[2:] for row in rows), strict=True), strict=True)) for rows in orders if rows[1:]
    ]
    first = {name: _on_first(order[name] for order in several) for name in roles}
    # Without its date or amount a row could not be loaded at all: then one order tells. Else it may be chance.
    enough = 1 if first.get("ordered_at") or first.get("amount") else _FEWEST_ORDERS
    return OrderHabits(
        frozenset(name for name in roles if first[name] >= enough),
        frozenset(name for name in roles if name in MONEY_OF_ORDER and _stands_on_each(name, several)),
    )


def _on_first(orders: Iterable[Sequence[str | None]]) -> int:
    """How many orders have a value on their first row alone; 0 if some more have one on a later row."""
    first = later = 0
    for values in orders:
        if any(values[1:]):
            later += 1
        elif values[0]:
            first += 1
    return first if first > 9 * later else 0


def _stands_on_each(name: str, orders: Sequence[Mapping[str, Sequence[str | None]]]) -> bool:
    """Whether the money is equal on all rows of each order, in enough orders whose rows differ otherwise."""
    telling = 0
    for order in orders:
        values = set(order[name])
        if len(values) > 1:
            return False
        differ = any(len(set(order[other])) > 1 for other in _OF_LINE if other in order)
        telling += differ and values != {None} and any(value and value.strip("0.,") for value in values)
    return telling >= _FEWEST_ORDERS


def fill_down(
    cursor: Cursor, source: Source, matches: Mapping[str, Match], habits: OrderHabits
) -> tuple[Source, dict[str, Match], list[str]]:
    """Give every row of an order what its first row says of the whole order."""
    roles = [name for name in matches if name in OF_ORDER and name in habits.on_first]
    if not roles:
        return source, dict(matches), []
    filled = {name: replace(matches[name].column, name=f"filled {matches[name].column.name}") for name in roles}
    columns = ", ".join(f"{_filled(matches[name].column)} as {quote(filled[name].name)}" for name in roles)
    key = order_key(source, matches["order_id"].column)
    cursor.run(
        f"create or replace temp table {FILLED} as select *, {source.line_no} as row_no, {columns}"
        f" from {source.relation} window orders as (partition by {key} order by {source.line_no})",
        source.parameters,
    )
    headers = ", ".join(matches[name].column.header for name in roles)
    note = f"These columns stand on the first row of an order alone and are filled down to its other rows: {headers}."
    changed = {name: replace(matches[name], column=column) for name, column in filled.items()}
    return replace(source, relation=FILLED, line_no="row_no"), {**matches, **changed}, [note]


def _filled(column: SourceColumn) -> str:
    value = Habits().text(column.sql) if column.is_text else column.sql
    return f"coalesce({value}, first_value({value} ignore nulls) over orders)"


def count_once(rows: str, weight: str | None, refund_once: bool) -> str:
    """Make money of a whole order count once: its total is shared out, its refund stays on the first row.

    Shares are rounded to the cent and add up to the total exactly. A refund is cut at the total: what goes beyond it
    was paid for shipping, which the total does not hold.

    Args:
        rows: A query with order_id, line_no, amount and, where refunds are told, refunded.
        weight: SQL of the part a row has in its order; None where amounts are those of the rows.
        refund_once: Whether refunds are those of whole orders.
    """
    replaced = []
    if weight:
        replaced.append(f"cast({_SHARE} as decimal(18,4)) as amount")
    if refund_once:
        replaced.append(
            "cast(case when place = 1 and back is not null then least(abs(back), greatest(total, 0)) end"
            " as decimal(18,4)) as refunded"
        )
    total = "first_value(amount ignore nulls) over whole" if weight else "sum(amount) over whole"
    back = "first_value(refunded ignore nulls) over whole" if refund_once else "null"
    weighed = (
        f"select *, {total} as total, {back} as back,"
        f" least(greatest(coalesce(try_cast({weight or 0} as decimal(18,4)), 0), 0), 1e12) as weight,"
        f" row_number() over growing as place, count(*) over whole as places from ({rows}) as read"
        " window whole as (partition by order_id order by line_no"
        " rows between unbounded preceding and unbounded following),"
        " growing as (partition by order_id order by line_no)"
    )
    summed = (
        "select *, sum(weight) over (partition by order_id order by line_no) as reached,"
        f" sum(weight) over (partition by order_id) as all_weight from ({weighed}) as weighed"
    )
    counted = (
        "select * exclude (total, back, weight, place, places, reached, all_weight)"
        f" replace ({', '.join(replaced)}) from ({summed}) as summed"
    )
    if not weight or weight == "0":
        return counted
    # What the whole order was given off is in the shares: the discount of a row follows from them.
    discount = "greatest(try_cast(quantity * unit_price as decimal(18,4)) - amount, 0) as discount"
    return f"select * replace ({discount}) from ({counted}) as counted"


_UP_TO = (
    "case when {0} = 0 then 0 when {0} = places or all_weight = 0 then total"
    " else cast(round(total * {1} / all_weight, 2) as decimal(18,4)) end"
)
_SHARE = f"{_UP_TO.format('place', 'reached')} - ({_UP_TO.format('(place - 1)', '(reached - weight)')})"
"""The share of a row: that of all rows up to it, less that of all before it."""
