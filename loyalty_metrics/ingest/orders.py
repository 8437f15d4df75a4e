"""Orders that reach over several rows: what stands on their first row alone, and money that counts once an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.ingest.texts import Habits

FILLED = "import_filled"
_ROWS = 50_000
"""In a larger file so many rows are looked at, spread over the whole of it."""
FEWEST_ORDERS = 3
_ODD = 19
"""Fewer than one order in so many does not change a habit."""

OF_ORDER = (
    *("customer_id", "email", "phone", "ordered_at", "channel", "store", "country", "staff_id", "currency"),
    *("status", "payment_status", "cancelled_at", "paid_at", "test"),
)
"""What all rows of an order have in common."""

MONEY_OF_ORDER = ("amount", "refunded", "discount_in_amount", "shipping_in_amount", "tax_in_amount")
"""Money that may be that of the whole order."""

_OF_LINE = ("product", "quantity", "unit_price")


@dataclass(frozen=True)
class OrderCounts:
    """How a column is filled in orders of several rows.

    Attributes:
        first: Orders with a value on their first row alone.
        later: Orders with a value on a later row.
        equal: Orders with the same value on all rows, though the rows differ in product, quantity or price.
        differing: Orders whose rows have different values, or some of them none.
    """

    first: int
    later: int
    equal: int
    differing: int


@dataclass(frozen=True)
class OrderHabits:
    """How a file writes orders of several rows, by canonical column.

    Attributes:
        on_first: Columns filled on the first row of an order alone.
        on_each: Columns of money that are equal on all rows of nearly each order, though the rows differ.
        counts: Of each column of money, in how many orders it stands how.
    """

    on_first: frozenset[str] = frozenset()
    on_each: frozenset[str] = frozenset()
    counts: Mapping[str, OrderCounts] = field(default_factory=dict)


def order_key(source: Source, column: SourceColumn) -> str:
    """SQL of the order a row belongs to; a row without an order is one of its own."""
    order = Habits().text(column.sql) if column.is_text else f"cast({column.sql} as varchar)"
    return f"coalesce({order}, 'row ' || {source.line_no})"


def order_habits(cursor: Cursor, source: Source, matches: Mapping[str, Match]) -> OrderHabits:
    """Look at all rows of orders from the whole file: of every one, or of a share of them in a large file."""
    if "order_id" not in matches:
        return OrderHabits()
    roles = [name for name in matches if name in (*OF_ORDER, *MONEY_OF_ORDER, *_OF_LINE)]
    found = _counts(cursor, source, matches, roles)
    first = {name: _on_first(found[name]) for name in roles}
    # Without its date or amount a row could not be loaded at all: then one order tells. Else it may be chance.
    enough = 1 if first.get("ordered_at") or first.get("amount") else FEWEST_ORDERS
    each = [name for name in roles if name in MONEY_OF_ORDER and _stands_on_each(found[name])]
    return OrderHabits(
        frozenset(name for name in roles if first[name] >= enough),
        frozenset(each),
        {name: found[name] for name in roles if name in MONEY_OF_ORDER},
    )


def _counts(
    cursor: Cursor, source: Source, matches: Mapping[str, Match], roles: Sequence[str]
) -> dict[str, OrderCounts]:
    """Count, by column, how the orders of several rows are written."""
    column = matches["order_id"].column
    key = Habits().text(column.sql) if column.is_text else column.sql
    values = "".join(
        f", nullif(trim(cast({matches[name].column.sql} as varchar)), '') as v{i}" for i, name in enumerate(roles)
    )
    share = -(-source.rows // _ROWS)
    # Whole orders are taken, those whose digest falls into one of so many parts: they stand all over the file.
    taken = f" and hash({column.sql}) % {share} = 0" if share > 1 else ""
    rows = (
        f"select {key} as k, {source.line_no} as n{values} from {source.relation} where {column.sql} is not null{taken}"
    )
    lines = [f"min(v{i}) is distinct from max(v{i})" for i, name in enumerate(roles) if name in _OF_LINE]
    orders = "".join(
        f", count(v{i}) as c{i}, arg_min_null(v{i}, n) as f{i}, min(v{i}) as a{i}, max(v{i}) as z{i}"
        for i in range(len(roles))
    )
    counted = ", ".join(part for i in range(len(roles)) for part in _counted(i))
    row = cursor.row(
        # Written down first: else the database takes blanks off the ids of all rows before it chooses some.
        f"with read as materialized ({rows})"
        f" select {counted} from (select count(*) as c, {' or '.join(lines) or 'false'} as differ{orders}"
        " from read where k is not null group by k having count(*) > 1) as orders",
        source.parameters,
    )
    return {name: OrderCounts(*row[4 * i : 4 * i + 4]) for i, name in enumerate(roles)}


def _counted(i: int) -> tuple[str, str, str, str]:
    """SQL of the counts of `OrderCounts`."""
    return (
        f"count(*) filter (c{i} = 1 and f{i} is not null)",
        f"count(*) filter (c{i} > 1 or (c{i} = 1 and f{i} is null))",
        f"count(*) filter (differ and c{i} = c and a{i} = z{i} and ltrim(a{i}, '0.,') <> '')",
        f"count(*) filter (c{i} > 0 and (c{i} < c or a{i} <> z{i}))",
    )


def _on_first(counts: OrderCounts) -> int:
    """How many orders have a value on their first row alone; 0 if some more have one on a later row."""
    return counts.first if counts.first > 9 * counts.later else 0


def _stands_on_each(counts: OrderCounts) -> bool:
    """Whether the money is equal on all rows of nearly each order whose rows differ otherwise."""
    return counts.equal >= FEWEST_ORDERS and counts.equal > _ODD * counts.differing


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
