"""What a file and the workspace have in common: rows an earlier import brought, and orders known with other lines.

Rows are compared as they were loaded, column by column. Where the workspace holds k copies of a row and a file m, the
file adds max(0, m - k): a later export that overlaps an earlier one adds nothing twice, and equal rows within one file
are all kept. Which rows are the same does not depend on the order of the imports.
"""

from dataclasses import dataclass
from datetime import date

from loyalty_metrics import store
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import Question
from loyalty_metrics.ingest.check import MADE, take_out
from loyalty_metrics.ingest.source import SET_ASIDE
from loyalty_metrics.schema import CUSTOMERS, TABLES, TRANSACTIONS

KNOWN_ORDERS = ("add", "replace")
OWN_KEYS = {
    "tiers": ("customer_id", "tier", "from_on"),
    "referrals": ("referrer_id", "referred_id", "referred_at"),
    "surveys": ("response_id", "dimension"),
    "complaints": ("complaint_id",),
    "contacts": ("contact_id",),
    "staff": ("staff_id",),
    "actions": ("action_id",),
}
"""What a row of a table is known by: a later import of the same replaces it."""
REPEATS = "repeats"
REPEATED = "already_imported"
"""The code of the reason for which repeats are set aside."""

_EXAMPLE_LINES = 3


@dataclass(frozen=True)
class Overlap:
    """What was found. The cursor then has the temporary tables `same` and `outdated`, unless there is nothing.

    Attributes:
        rows: Rows of the file that an earlier import brought already.
        orders: Orders of which the file brings another version; of other tables, what it brings a newer version of.
        lines: Lines of their earlier version that are not in the file.
        question: What only the analyst can tell of these orders.
    """

    rows: int = 0
    orders: int = 0
    lines: int = 0
    question: Question | None = None


@dataclass(frozen=True)
class Days:
    """The days of which a file holds rows; both None for a table without days."""

    first: date | None = None
    last: date | None = None


def key_of(table: str) -> str:
    """The column by which rows are looked up: equal rows have it in common."""
    if table == TRANSACTIONS.name:
        return "order_id"
    return next(column.name for column in TABLES[table].columns if column.required)


def days_of(cursor: Cursor, table: str, rows: str) -> Days:
    """The days of a relation of canonical rows."""
    if table != TRANSACTIONS.name:
        return Days()
    return Days(*cursor.row(f"select cast(min(ordered_at) as date), cast(max(ordered_at) as date) from {rows}"))


def find(
    cursor: Cursor, table: str, rows: str, days: Days, import_id: int, file: str, taken_back: str | None = None
) -> Overlap:
    """Compare rows with those of earlier imports.

    Args:
        cursor: Where the temporary tables are left.
        table: The canonical table.
        rows: A relation with its columns, `line_no`, and `row_id`, the row's place.
        days: The days of these rows.
        import_id: The number of their import; only lower ones count.
        file: The name of their file, for sentences.
        taken_back: A relation (order_id, customer_id, ordered_at) of rows by which orders are no sales any more.
    """
    if not _may_overlap(cursor, table, _first_day(cursor, days, taken_back), import_id):
        return Overlap()
    key, names = key_of(table), ", ".join(TABLES[table].names)
    keys = f"select {key} from {rows}" + (f" union all select order_id from {taken_back}" if taken_back else "")
    cursor.run(
        f"create or replace temp table known as select row_id, {names}, import_id, line_no from {store.loaded(table)}"
        f" where import_id < $import_id and {key} in ({keys})",
        {"import_id": import_id},
    )
    new, known = (_single_entries(rows), _LAST_ENTRIES) if table == CUSTOMERS.name else (rows, "known")
    _pair_equal_rows(cursor, table, new, known)
    found = cursor.value("select count(*) from same")
    if table in OWN_KEYS:
        return Overlap(found, *_newer_versions(cursor, rows, OWN_KEYS[table]))
    if table != TRANSACTIONS.name:
        return Overlap(found)
    gone = _TAKEN_BACK.format(rows=taken_back) if taken_back else ""
    cursor.run(_OUTDATED.format(rows=rows, taken_back=gone), {"first": days.first, "last": days.last})
    orders, lines = cursor.row("select count(distinct (order_id, owner)), count(*) from outdated")
    return Overlap(found, orders, lines, _question(cursor, rows, file, orders) if orders else None)


def _newer_versions(cursor: Cursor, rows: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """Find known rows that the file brings anew, with something changed: their keys and their rows, counted."""
    equal = " and ".join(f"n.{key} is not distinct from k.{key}" for key in keys)
    cursor.run(
        "create or replace temp table outdated as select k.row_id from known as k"
        " where k.row_id not in (select known_row from same) and exists ("
        f"select 1 from {rows} as n where {equal} and n.row_id not in (select row_id from same))"
    )
    listed = ", ".join(keys)
    return cursor.row(
        f"select count(distinct ({listed})), count(*) from known where row_id in (select row_id from outdated)"
    )


def replaces(table: str, known_orders: str | None) -> bool:
    """Whether what was found outdated goes: orders where the analyst says so, what has a key of its own always."""
    return table in OWN_KEYS or known_orders == "replace"


def set_aside(cursor: Cursor, table: str, rows: str) -> None:
    """Move the repeats that were found from the staged rows to `set_aside`; `repeats` keeps them as they were read."""
    money = "amount" if "amount" in TABLES[table].names else "null"
    cursor.run(
        f"create or replace temp table {REPEATS} as select * from {rows} where row_id in (select row_id from same)"
    )
    cursor.run(
        f"insert into {SET_ASIDE} select line_no, '{REPEATED}', null, {money}, null from {REPEATS} where row_id >= 0"
    )
    take_out(cursor, "line_no in (select row_id from same)")
    # Lines that were made are no rows of the file: below 0, and in no account of rows.
    if cursor.value(f"select count(*) from {REPEATS} where row_id < 0"):
        cursor.run(f"delete from {MADE} where -1 - rowid in (select row_id from same)")


def _first_day(cursor: Cursor, days: Days, taken_back: str | None) -> date | None:
    """The first day that a file says anything of: an order that is no sale any more may be older than all its sales."""
    if not taken_back:
        return days.first
    found = cursor.value(f"select cast(min(ordered_at) as date) from {taken_back}")
    return min((day for day in (days.first, found) if day), default=None)


def _may_overlap(cursor: Cursor, table: str, first: date | None, import_id: int) -> bool:
    """Whether anything has to be compared: not with an empty table, and not for days after all that is known."""
    is_late = "" if first is None else " and last_day >= $first"
    found = cursor.rows(
        f"select 1 from imports where table_name = $table and import_id < $import_id{is_late} limit 1",
        {"table": table, "import_id": import_id, "first": first},
    )
    return bool(found)


_LAST_ENTRIES = (
    "(select * from known where (import_id, line_no) in"
    " (select max((import_id, line_no)) from known group by customer_id))"
)
"""A customer is as last entered: only the last entry makes a new one needless."""


def _single_entries(rows: str) -> str:
    return (
        f"(select * from {rows} where customer_id in"
        f" (select customer_id from {rows} group by customer_id having count(*) = 1))"
    )


def _pair_equal_rows(cursor: Cursor, table: str, rows: str, known: str) -> None:
    """Put each row beside an equal one of an earlier import, copy by copy: `same (row_id, known_row)`."""
    key, names = key_of(table), TABLES[table].names
    listed = ", ".join(names)
    equal = " and ".join(f"new.{name} is not distinct from old.{name}" for name in names)
    copy = f"row_number() over (partition by {listed} order by {{place}}) as copy"
    cursor.run(
        f"""
        create or replace temp table same as
        with new as (
            select row_id, {listed}, {copy.format(place="line_no")} from {rows}
            where {key} in (select {key} from known)
        ),
        old as (select row_id, {listed}, {copy.format(place="import_id, line_no")} from {known})
        select new.row_id, old.row_id as known_row from new inner join old on new.copy = old.copy and {equal}
        """
    )


_TAKEN_BACK = """
    union all
    select order_id, coalesce(customer_id, ''), cast(ordered_at as date), true from {rows}
    where order_id in (select order_id from known)"""
"""A version of an order that is cancelled, unpaid or a test: all its lines are new, and none is a sale."""

_OUTDATED = """
create or replace temp table outdated as
with old as (
    select
        k.row_id, k.order_id, coalesce(k.customer_id, '') as customer, cast(k.ordered_at as date) as on_day, k.amount,
        i.last_day, s.row_id is null as is_missing
    from known as k
    inner join imports as i on k.import_id = i.import_id
    left join same as s on k.row_id = s.known_row
),

new as (
    select
        n.order_id, coalesce(n.customer_id, '') as customer, cast(n.ordered_at as date) as on_day,
        s.row_id is null and n.kind = 'sale' as is_new_sale
    from {rows} as n
    left join same as s on n.row_id = s.row_id
    where n.order_id in (select order_id from known){taken_back}
),

-- Where several customers bear one order id, on either side, their orders are told apart.
borne as (
    select order_id, count(distinct customer) as customers from old group by order_id
    union all
    select order_id, count(distinct customer) as customers from new group by order_id
),

told_apart as (
    select order_id, max(customers) > 1 as by_customer from borne group by order_id
),

covered as (
    select o.order_id, case when t.by_customer then o.customer else '' end as owner, max(o.last_day) as last_day
    from old as o
    inner join told_apart as t on o.order_id = t.order_id
    group by o.order_id, case when t.by_customer then o.customer else '' end
),

-- What is posted after the days that an earlier import covers cannot be another version of what it brought.
brought as (
    select c.order_id, c.owner, bool_or(n.is_new_sale) as has_new_sale
    from new as n
    inner join told_apart as t on n.order_id = t.order_id
    inner join covered as c
        on n.order_id = c.order_id and c.owner = case when t.by_customer then n.customer else '' end
    where n.on_day <= c.last_day
    group by c.order_id, c.owner
)

select o.row_id, b.order_id, b.owner, o.amount
from old as o
inner join told_apart as t on o.order_id = t.order_id
inner join brought as b on o.order_id = b.order_id and b.owner = case when t.by_customer then o.customer else '' end
where o.is_missing and (o.on_day between $first and $last or b.has_new_sale)
"""
"""The earlier lines that go if the file's version of their order holds.

Lines of days that the file does not cover stay, unless it brings sales of the order: a file that begins in the middle
of an order has its refund alone.
"""


def _question(cursor: Cursor, rows: str, file: str, orders: int) -> Question:
    order, owner = cursor.row("select order_id, owner from outdated order by order_id, owner limit 1")
    named = {"order": order, "owner": owner}
    of_order = "order_id = $order and $owner in ('', coalesce(customer_id, ''))"
    before = _told(cursor, f"select ordered_at, amount from known where {of_order}", named)
    now = _told(cursor, f"select ordered_at, amount from {rows} where {of_order}", named)
    such = (
        f"{orders:,} orders that the workspace has with other lines, such as {order}"
        if orders > 1
        else (f"order {order}, which the workspace has with other lines")
    )
    sentence = (
        f"{file} brings {such} (known: {before}; in the file: {now}); say --known-orders add if these are further"
        " lines, or --known-orders replace if this is the newer version."
    )
    readings = (("add", f"{before}, {now}"), ("replace", now))
    return Question("known_orders", sentence, "known_orders", None, KNOWN_ORDERS, readings)


def _told(cursor: Cursor, query: str, named: dict[str, str]) -> str:
    """Say which lines a version of an order has."""
    found = cursor.rows(f"{query} order by ordered_at, amount", named)
    shown = [f"{moment:%Y-%m-%d} {amount.normalize():f}" for moment, amount in found[:_EXAMPLE_LINES]]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return ", ".join(shown) + more or "no sale, as it is cancelled, unpaid or a test"


def check_answer(known_orders: str | None) -> None:
    """Refuse an answer that is none."""
    if known_orders not in (None, *KNOWN_ORDERS):
        raise ImportRefused(f"known_orders is {known_orders!r}; it may be {' or '.join(KNOWN_ORDERS)}.")
