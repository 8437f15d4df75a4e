"""Read, recognise, map, check: from a file to typed rows and an account of every one of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.beside_contract import warnings_beside
from loyalty_metrics.ingest.check import (
    MADE,
    ROWS,
    reasons_found,
    set_aside_bad_rows,
    set_aside_repeats,
    show_kept,
    write_down,
)
from loyalty_metrics.ingest.contract import warnings_of
from loyalty_metrics.ingest.currencies import converted, refuse_missing_rates
from loyalty_metrics.ingest.facts import facts_of, money_notes, money_of, unreadable_dates, unreadable_notes
from loyalty_metrics.ingest.made_lines import made_lines
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.orders import FILLED, count_once
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.prepare import prepare
from loyalty_metrics.ingest.progress import measured
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.ingest.report import ImportReport, Mapped, MoneyNote
from loyalty_metrics.ingest.second_account import second_account
from loyalty_metrics.ingest.source import IMPORTED
from loyalty_metrics.ingest.spans import SPANNED
from loyalty_metrics.ingest.watch import Watch


def stage(
    cursor: Cursor,
    path: Path,
    options: ImportOptions,
    watch: Watch | None = None,
    compare: Callable[[Plan], Plan] | None = None,
) -> ImportReport:
    """Bring a file's rows into temporary tables of the cursor.

    It leaves `staged`, with every column of the canonical table in order and `line_no`, the physical row in the file;
    `staged_compact`, the same rows with ids that are whole numbers left as such, quicker to sort and to write;
    and `set_aside (line_no, reason, detail, money, raw)`, with the rows that cannot be loaded.

    Args:
        cursor: Where the tables are left.
        path: CSV, TSV, other delimited text, XLSX, XLS, ODS, Parquet, JSON, JSON Lines or SQLite, or a gzip or zip
            archive of one of these.
        options: What the analyst says of the file.
        watch: Where progress is told, and a wish to cancel is heard.
        compare: Called when the rows are staged: it may move those that the workspace holds already to `set_aside`,
            and gives the plan back, changed where orders are known in another spelling.

    Returns:
        The account: rows and money read equal those loaded and those set aside.

    Raises:
        ImportRefused: The file cannot be read with certainty; the message says what to do.
    """
    watch = watch or Watch()
    with open_source(cursor, path, options, watch) as source:
        watch.step("Looking at every column")
        prepared = prepare(cursor, source, options)
        if prepared.questions or prepared.plan is None:
            raise ImportRefused(prepared.questions[0].sentence)
        plan = prepared.plan
        with measured(watch, cursor, "Checking every row", source.rows):
            keep_rows(cursor, plan)
        watch.step("Adding up rows and money")
        set_aside_bad_rows(cursor, plan)
        if _drops_repeats(options):
            set_aside_repeats(cursor, plan)
        show_rows(cursor, plan)
        if compare:
            plan = compare(plan)
        moves = money_notes(cursor, plan, prepared.money_moves)
        report = _report(cursor, plan, list(prepared.notes), moves)
        second = second_account(cursor, plan, {note.code for note in moves}, options.decimal)
        report = replace(report, second_account=second)
    if not plan.is_quick:  # else the rows are still read from there
        for table in (IMPORTED, SPANNED, FILLED):
            cursor.run(f"drop table if exists {table}")
    return report


def _drops_repeats(options: ImportOptions) -> bool:
    if options.repeated_rows not in (None, "keep", "drop"):
        raise ImportRefused(f"Repeated rows are kept (keep) or dropped (drop), not {options.repeated_rows!r}.")
    return options.repeated_rows == "drop"


def keep_rows(cursor: Cursor, plan: Plan) -> None:
    """Keep what the file has as `staged_rows`, written down where reading it again takes longer.

    Columns that it has not are left out: writing these doubles the time.
    """
    source = plan.source
    kept = ", ".join(f"{reading.store} as {name}" for name, reading in plan.cells.items())
    rows = f"select {kept}, {source.line_no} as line_no from {source.relation}"
    if plan.is_quick:
        show_kept(cursor, rows)
        return
    if plan.converts:
        refuse_missing_rates(cursor, source.name, rows, plan.parameters)
        rows = converted(rows, plan.cells)
    if plan.make_order_ids:
        rows = _with_order_ids(rows, plan)
    if plan.shared or plan.refund_once:
        rows = count_once(rows, _weight(plan) if plan.shared else None, plan.refund_once)
    write_down(cursor, rows, plan.parameters)


def show_rows(cursor: Cursor, plan: Plan) -> None:
    """Make lines of what rows tell of beside themselves, and show all as `staged` and `staged_compact`.

    Columns that the file lacks, and casts that cost little, are left to the views.
    """
    shown = {column.name: plan.shown(column.name) for column in plan.table.columns}
    cursor.run(f"drop table if exists {MADE} cascade")
    if plan.makes_lines:
        made = (f"{_select(cells)} where {condition}" for cells, condition in made_lines(plan, shown))
        cursor.run(f"create temp table {MADE} as {' union all '.join(made)}", plan.parameters)
    compact = {column.name: plan.compact(column.name) for column in plan.table.columns}
    for view, cells in (("staged", shown), ("staged_compact", compact)):
        lines = _select(cells) + (f" union all select * from {MADE}" if plan.makes_lines else "")
        cursor.run(f"create or replace temp view {view} as {lines}")


def _select(cells: Mapping[str, str]) -> str:
    return f"select {', '.join(f'{sql} as {name}' for name, sql in cells.items())}, line_no from {ROWS}"


def _weight(plan: Plan) -> str:
    """The part a row has in its order: quantity times price, less the discount of the line."""
    if not {"quantity", "unit_price"} <= plan.cells.keys():
        return "0"
    discount = " - coalesce(discount, 0)" if "discount" in plan.cells else ""
    return f"quantity * unit_price{discount}"


def _with_order_ids(rows: str, plan: Plan) -> str:
    """Give rows without an order id one of their own: customer, moment, a digest of the row, the number of a repeat.

    The id depends on nothing but the row: the same row in another file gets the same id, and another row never does.
    """
    named = (f"'{name}=' || cast({plan.shown(name)} as varchar)" for name in plan.table.names if name != "order_id")
    digest = f"left(md5(concat_ws(chr(31), {', '.join(named)})), 10)"
    customer = f"coalesce({plan.shown('customer_id')}, 'guest')"
    made = f"{customer} || '@' || cast(ordered_at as varchar) || '#' || {digest}"
    repeat = f"nullif(row_number() over (partition by order_id is null, {made} order by line_no), 1)"
    made = f"{made} || coalesce('.' || {repeat}, '')"
    return f"select * replace (coalesce(order_id, {made}) as order_id) from ({rows}) as found"


def _report(cursor: Cursor, plan: Plan, notes: list[str], moves: tuple[MoneyNote, ...]) -> ImportReport:
    reasons = reasons_found(cursor)
    loaded = cursor.value(f"select count(*) from {ROWS}")
    facts = facts_of(cursor, plan, loaded)
    money_read, money_loaded = money_of(cursor, plan)
    if facts["duplicate_rows"] is None:
        notes = [*notes, "Equal rows and orders of two customers were not counted, as the file is large."]
    return ImportReport(
        file=plan.source.name,
        table=plan.table.name,
        read=plan.source.rows,
        loaded=loaded,
        set_aside=sum(reason.rows for reason in reasons),
        money_read=money_read,
        money_loaded=money_loaded,
        money_set_aside=sum((reason.money for reason in reasons), start=money_read - money_read),
        reasons=reasons,
        mapping=tuple(Mapped(name, match.column.header, match.how) for name, match in plan.matches.items()),
        facts=facts,
        warnings=(*warnings_of(cursor, plan, loaded), *warnings_beside(cursor, plan)),
        notes=tuple(dict.fromkeys([*notes, *unreadable_notes(cursor, plan), *unreadable_dates(cursor)])),
        money_notes=moves,
        unused=_unused(plan),
    )


def _unused(plan: Plan) -> tuple[str, ...]:
    """The headers of the columns that nothing is taken from; those without a header tell nobody anything."""
    used = {header for match in plan.matches.values() for header in (match.column.header, *match.column.parts)}
    headers = [column.header for column in plan.source.columns]
    return tuple(header for header in headers if header not in used and not header.startswith("#"))
