"""The imports of a workspace: what each brought, what of it counts, and how one is taken back.

Rows that do not count are kept beside those that do, in `<table>_aside`: repeats of rows an earlier import brought, and
lines of orders that a later import replaced (`replaced_by`). So an import can be undone at any time: its rows go, and
those of later imports that it had kept out, or of earlier ones it had replaced, are settled anew in their order.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pandas as pd

from loyalty_metrics import overlap, store
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.ingest import ImportReport, Reason
from loyalty_metrics.ingest.check import SENTENCES
from loyalty_metrics.ingest.report import Fact
from loyalty_metrics.overlap import REPEATED, Overlap
from loyalty_metrics.schema import POINTS, TABLES, TRANSACTIONS


def keep_aside(cursor: Cursor, table: str, import_id: int, rows: str, found: Overlap, known_orders: str | None) -> None:
    """Keep the repeats among the rows beside the table, and move what they replace there.

    Args:
        cursor: The one with the temporary tables of `overlap.find`.
        table: The canonical table.
        import_id: The import that brings the rows.
        rows: The repeats.
        found: What was found.
        known_orders: What to do with orders known with other lines.
    """
    names, named = ", ".join(TABLES[table].names), {"import_id": import_id}
    if found.rows:
        cursor.run(f"insert into {table}_aside select {names}, $import_id, line_no, null from {rows}", named)
    if found.orders and overlap.replaces(table, known_orders):
        cursor.run(
            f"insert into {table}_aside select {names}, import_id, line_no, $import_id from known"
            " where row_id in (select row_id from outdated)",
            named,
        )
        if table == TRANSACTIONS.name:
            store.touch(cursor, "known where row_id in (select row_id from outdated)")
        cursor.run(f"delete from {store.base(table)} where rowid in (select row_id from outdated)")
        store.tidy(cursor, table)


def told(table: str, found: Overlap, known_orders: str | None) -> list[str]:
    """Say what becomes of orders known with other lines, and of rows that a newer version replaces."""
    if found.orders and table in overlap.OWN_KEYS:
        return [f"{found.lines:,} rows of earlier imports are replaced by their newer version."]
    if not found.orders or not known_orders:
        return []
    if known_orders == "add":
        return [f"{found.orders:,} orders were known with other lines: those of the file are added to them."]
    return [f"{found.orders:,} orders are replaced by their newer version; {found.lines:,} earlier lines of them go."]


def set_aside(cursor: Cursor, import_id: int) -> pd.DataFrame:
    """The rows of an import that do not count, by line; repeats as the values they were read as."""
    table = cursor.rows("select table_name from imports where import_id = $id", {"id": import_id})
    repeats = [
        f"union all select line_no, '{REPEATED}', null, {'amount' if 'amount' in TABLES[name].names else 'null'},"
        f" cast(to_json(struct_pack({', '.join(f'{column} := {column}' for column in TABLES[name].names)})) as varchar)"
        f" from {name}_aside where import_id = $id and {_is_row(name)}"
        for (name,) in table
    ]
    return cursor.frame(
        "select line_no, reason, detail, money, raw from rows_set_aside where import_id = $id"
        f" {''.join(repeats)} order by line_no",
        {"id": import_id},
    )


def _is_row(table: str) -> str:
    """SQL: whether a line kept aside is a repeat that stands in its file as a row, and is counted there."""
    return f"replaced_by is null and not ({_is_made(table)})"


def _is_made(table: str) -> str:
    """SQL: whether a line was made of a column beside those of its row.

    A refund that a row tells of in a column of its own was made into a line that names its own order and no quantity;
    points that a row redeemed or let expire, into one beside those that it issued.
    """
    is_made = {
        TRANSACTIONS.name: (
            "kind = 'refund' and refund_of is not distinct from order_id and quantity is null and unit_price is null"
        ),
        POINTS.name: (
            "kind <> 'issued' and (import_id, line_no) in (select (import_id, line_no) from points_aside"
            " where kind = 'issued' union all select (import_id, line_no) from points_rows where kind = 'issued')"
        ),
    }
    return is_made.get(table, "false")


@dataclass(frozen=True)
class Done:
    """An import of the past: its table, its file, and the last day that is known both with and without it."""

    table: str
    file: str
    known_without: date | None


def find(cursor: Cursor, import_id: int) -> Done:
    """Look up an import.

    Raises:
        LoyaltyError: There is none of that number.
    """
    found = cursor.rows(
        "select table_name, file, (select max(last_day) from imports where import_id <> $id)"
        " from imports where import_id = $id",
        {"id": import_id},
    )
    if not found:
        raise LoyaltyError(f"There is no import {import_id} in this workspace.")
    return Done(*found[0])


def undo(cursor: Cursor, import_id: int, table: str) -> None:
    """Take one import back, as if it had never been.

    Raises:
        LoyaltyError: A later import stands on it.
    """
    if table == TRANSACTIONS.name:
        store.touch(cursor, f"{store.loaded(table)} where import_id = {int(import_id)}")
    affected = _take_out_affected(cursor, import_id, table)
    for name in (store.base(table), f"{table}_aside", "rows_set_aside", "orders_taken_back", "imports"):
        cursor.run(f"delete from {name} where import_id = $id", {"id": import_id})
    for number in affected:
        _settle(cursor, number, table, import_id)
    store.tidy(cursor, table)


def _take_out_affected(cursor: Cursor, import_id: int, table: str) -> list[int]:
    """Move all rows that share a key with the import's to the temporary table `again`.

    Rows are left alone where nothing of the key is kept aside, and no later import brought it.


    Returns:
        The other imports they belong to, in order.
    """
    key, names = overlap.key_of(table), ", ".join(TABLES[table].names)
    brought = (
        f"select {key} from {store.loaded(table)} where import_id = $id"
        f" union all select {key} from {table}_aside where import_id = $id or replaced_by = $id"
    )
    cursor.run(
        f"create or replace temp table touched as select {key} from {table}_aside where {key} in ({brought})"
        f" union select {key} from {store.loaded(table)} where import_id > $id and {key} in ({brought})",
        {"id": import_id},
    )
    chosen = f"where {key} in (select {key} from touched)"
    cursor.run(
        f"create or replace temp table again as select {names}, import_id, line_no from {store.loaded(table)} {chosen}"
        f" union all select {names}, import_id, line_no from {table}_aside {chosen}"
    )
    of_orders = ""
    if table == TRANSACTIONS.name:
        of_orders = " union select import_id from orders_taken_back where order_id in (select order_id from touched)"
    numbers = cursor.rows(
        f"select distinct import_id from (select import_id from again{of_orders}) as found"
        " where import_id <> $id order by import_id",
        {"id": import_id},
    )
    if numbers:
        if table == TRANSACTIONS.name:
            store.touch(cursor, "again")
        in_base = f"select row_id from {store.loaded(table)} {chosen}"
        cursor.run(f"delete from {store.base(table)} where rowid in ({in_base})")
        cursor.run(f"delete from {table}_aside {chosen}")
        if table == TRANSACTIONS.name:
            store.make_room(cursor, "again")
    return [number for (number,) in numbers]


def _settle(cursor: Cursor, import_id: int, table: str, undone: int) -> None:
    """Bring the rows in `again` of one import in once more."""
    cursor.run(
        "create or replace temp view settled as select rowid as row_id, * from again"
        f" where import_id = {int(import_id)}"
    )
    file, options, first, last = cursor.row(
        "select file, options, first_day, last_day from imports where import_id = $id", {"id": import_id}
    )
    known_orders = json.loads(options).get("known_orders")
    taken_back = f"(select * from orders_taken_back where import_id = {int(import_id)}) as gone"
    is_order = table == TRANSACTIONS.name
    days = overlap.Days(first, last)
    found = overlap.find(cursor, table, "settled", days, import_id, file, taken_back if is_order else None)
    if found.question and known_orders is None:
        raise LoyaltyError(
            f"Import {undone} cannot be undone alone: without it, import {import_id} ({file}) brings other lines of"
            f" known orders. Undo import {import_id} first."
        )
    if found.rows:
        keep_aside(cursor, table, import_id, "settled where row_id in (select row_id from same)", found, known_orders)
        store.put_back(cursor, table, "settled where row_id not in (select row_id from same)")
    else:
        keep_aside(cursor, table, import_id, "settled", found, known_orders)
        store.put_back(cursor, table, "settled")
    _correct_report(cursor, import_id, table)


def _correct_report(cursor: Cursor, import_id: int, table: str) -> None:
    """Say in the import's account how many of its rows are repeats now."""
    named = {"id": import_id}
    money = "sum(amount)" if "amount" in TABLES[table].names else "null"
    rows, amount = cursor.row(
        f"select count(*), {money} from {table}_aside where import_id = $id and {_is_row(table)}", named
    )
    report = ImportReport.from_json(cursor.value("select report from imports where import_id = $id", named))
    report = with_repeats(report, rows, amount or Decimal(0))
    report = replace(report, facts=_facts(cursor, import_id, table, report.facts))
    cursor.run(
        "update imports set report = $report, loaded = $loaded, set_aside = $set_aside where import_id = $id",
        named | {"report": report.to_json(), "loaded": report.loaded, "set_aside": report.set_aside},
    )


def _facts(cursor: Cursor, import_id: int, table: str, known: Mapping[str, Fact]) -> dict[str, Fact]:
    """Count anew what the loaded rows of an import hold; what only its file could tell is no longer known."""
    names = TABLES[table].names
    day = next((c.name for c in TABLES[table].columns if c.required and c.type in ("timestamp", "date")), None)
    of_file = f"not ({_is_made(table)})"
    counts = {
        "customers": f"count(distinct customer_id) filter ({of_file})",
        "orders": f"count(distinct order_id) filter ({of_file})",
        "zero_amount_rows": f"count(*) filter (amount = 0 and {of_file})",
        "negative_quantity_rows": f"count(*) filter (quantity < 0 and {of_file})",
        "first_date": f"cast(cast(min({day}) as date) as varchar)",
        "last_date": f"cast(cast(max({day}) as date) as varchar)",
        "refund_rows": "count(*) filter (kind = 'refund')",
        "cancellation_rows": "count(*) filter (kind = 'cancellation')",
        "guest_rows": "count(*) - count(customer_id)",
        "guest_money": "cast(coalesce(sum(amount) filter (customer_id is null), 0) as varchar)",
        "refund_lines_made": f"count(*) filter ({_is_made(table)})",
        "refund_money_made": f"cast(coalesce(sum(amount) filter ({_is_made(table)}), 0) as varchar)",
        "duplicate_rows": "null",
    }
    listed = ", ".join(names)
    wanted = [name for name in known if name in counts]
    if not wanted:
        return dict(known)
    found = cursor.row(
        f"select {', '.join(counts[name] for name in wanted)} from ("
        f" select {listed}, import_id, line_no from {store.loaded(table)} where import_id = $id union all"
        f" select {listed}, import_id, line_no from {table}_aside where import_id = $id and replaced_by is not null"
        ") as counted",
        {"id": import_id},
    )
    return {**known, **dict(zip(wanted, found, strict=True))}


def with_repeats(report: ImportReport, rows: int, money: Decimal) -> ImportReport:
    """The same account with so many repeats of rows that earlier imports brought."""
    others = [reason for reason in report.reasons if reason.code != REPEATED]
    reasons = [*others, Reason(REPEATED, SENTENCES[REPEATED], rows, money)] if rows else others
    reasons.sort(key=lambda reason: (-reason.rows, reason.code))
    aside, money_aside = sum(r.rows for r in reasons), sum((r.money for r in reasons), Decimal(0))
    return replace(
        report,
        loaded=report.read - aside,
        set_aside=aside,
        money_loaded=report.money_read - money_aside,
        money_set_aside=money_aside,
        reasons=tuple(reasons),
    )


def all_repeated(report: ImportReport) -> ImportReport:
    """The account of a file that comes a second time: what was loaded then is a repeat now."""
    known = [reason for reason in report.reasons if reason.code == REPEATED]
    rows = report.loaded + sum(reason.rows for reason in known)
    money = report.money_loaded + sum((reason.money for reason in known), Decimal(0))
    return replace(with_repeats(report, rows, money), facts={}, warnings=())
