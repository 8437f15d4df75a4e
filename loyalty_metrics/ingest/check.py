"""Set aside the rows that cannot be loaded, each with its reason, its readable money and its original text."""

from collections.abc import Iterator
from decimal import Decimal

from loyalty_metrics.database import Cursor, Parameters, quote
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.report import Reason
from loyalty_metrics.ingest.source import APART, SET_ASIDE, Source
from loyalty_metrics.ingest.statuses import NO_SALE, NO_SALES
from loyalty_metrics.ingest.texts import is_blank
from loyalty_metrics.ingest.values import UNKNOWN_CODE
from loyalty_metrics.schema import Column

ROWS = "staged_rows"
"""The rows that are kept so far, with the columns that the file fills, and `line_no`."""
_READ = "staged_read"
_WRITTEN = "staged_written"
"""What they are shown from: a query that reads them from the file's own text, or a table they are written into."""

MADE = "staged_made"
"""Lines that rows tell of in a column beside their own, such as refunds; in the canonical columns, with `line_no`."""

_STATES = (
    *("row_type", "status", "payment_status", "cancelled_at", "paid_at", "is_cancelled", "is_paid", "paid_amount"),
    *("open_amount", "test", "currency"),
)

TAKEN_BACK = "staged_taken_back"
"""The orders of rows that are set aside as cancelled, unpaid or tests: an earlier export may have had them as sales."""

SENTENCES = {
    "blank_line": "The line is empty.",
    "total_line": "The line holds totals of other rows.",
    "description_line": "The line describes the columns.",
    "summary_row": "The row sums up the other rows of its order.",
    "field_count": "The row has more or fewer fields than the header.",
    "broken_quotes": "A quotation mark is not closed, or text follows a closed one.",
    "broken_record": "The line is no whole JSON object.",
    "date_missing": "The row has no date.",
    "date_unreadable": "The date cannot be read.",
    "date_out_of_range": "The date is before 1970 or after tomorrow.",
    "amount_missing": "The row has no amount.",
    "amount_unreadable": "The amount cannot be read.",
    "value_missing": "A required value is missing.",
    "value_unreadable": "A required value cannot be read.",
    "code_unknown": "A code is none of those allowed.",
    "already_imported": "An earlier import brought an equal row.",
    "cancelled": "The order was cancelled.",
    "not_a_sale": "The row is no sale: it moves money between accounts.",
    "unpaid": "The order was not paid.",
    "test_order": "The order is a test.",
    "other_currency": "The row is in another currency than the one that is loaded.",
    "repeated_row": "The row repeats an earlier one of the file in every column.",
    "refund_positive": "A refund or cancellation has a positive amount; money that goes back is negative.",
}
"""Every reason for which a row is set aside, in a sentence for people."""


def show_kept(cursor: Cursor, rows: str) -> None:
    """Show a query as the kept rows; it takes no parameters."""
    cursor.run(f"drop table if exists {_WRITTEN} cascade")
    cursor.run(f"create or replace temp view {_READ} as {rows}")
    cursor.run(f"create or replace temp view {ROWS} as select * from {_READ}")


def write_down(cursor: Cursor, rows: str, parameters: Parameters) -> None:
    """Write a query down as the kept rows."""
    cursor.run(f"create or replace temp table {_WRITTEN} as {rows}", parameters)
    cursor.run(f"create or replace temp view {ROWS} as select * from {_WRITTEN}")


def take_out(cursor: Cursor, condition: str) -> None:
    """Take the rows that a condition is true of out of the kept ones."""
    is_written = "select count(*) from duckdb_tables() where temporary and table_name = $name"
    if not cursor.value(is_written, {"name": _WRITTEN}):
        write_down(cursor, f"select * from {ROWS} where not coalesce({condition}, false)", {})
        return
    cursor.run(f"delete from {_WRITTEN} where {condition}")


def set_aside_bad_rows(cursor: Cursor, plan: Plan) -> None:
    """Move the rows that cannot be loaded from the kept rows to `set_aside`."""
    cursor.run(f"drop table if exists {TAKEN_BACK}")
    if plan.source.apart:
        cursor.run(
            f"insert into {SET_ASIDE} select apart_line_no, apart_reason, null, {plan.amount or 'null'}, "
            f"{_raw(plan.source)} from {APART}",
            plan.parameters,
        )
    if not cursor.value(f"select count(*) from {ROWS} where {plan.is_bad}"):
        return
    if NO_SALE in plan.cells:
        _keep_taken_back(cursor, plan)
    reasons = list(_reasons(plan))
    code = " ".join(f"when {condition} then '{name}'" for name, condition, _ in reasons)
    detail = " ".join(f"when {condition} then {text}" for _, condition, text in reasons)
    source = plan.source
    cursor.run(
        f"""
        insert into {SET_ASIDE}
        with numbered as (select *, {source.line_no} as "line no" from {source.relation}),
        bad as (
            select line_no as "bad line", {"amount" if plan.money else "null"} as "bad money",
                {NO_SALE if NO_SALE in plan.cells else "null"} as "no sale"
            from {ROWS} where {plan.is_bad}
        ),
        -- DuckDB 2.0 fails to plan the cases below over statistics of the columns, which this leaves behind.
        unfit as materialized (select * from numbered inner join bad on "line no" = "bad line")
        select "line no", case {code} else 'amount_missing' end, case {detail} end, "bad money", {_raw(source)}
        from unfit
        """,
        plan.parameters,
    )
    if plan.is_quick:
        # Whether a row is bad is quick to tell, too.
        cursor.run(
            f"create or replace temp view {ROWS} as select * from {_READ} where not coalesce({plan.is_bad}, false)"
        )
    else:
        take_out(cursor, plan.is_bad)


def _keep_taken_back(cursor: Cursor, plan: Plan) -> None:
    customer, order = (f"cast({plan.shown(name)} as varchar)" for name in ("customer_id", "order_id"))
    cursor.run(
        f"create or replace temp table {TAKEN_BACK} as"
        f" select {order} as order_id, {customer} as customer_id, ordered_at from {ROWS}"
        f" where {NO_SALE} in ('cancelled', 'unpaid', 'test_order') and ordered_at is not null"
    )


def set_aside_repeats(cursor: Cursor, plan: Plan) -> None:
    """Move the rows that repeat an earlier one in every column of the file to `set_aside`."""
    source = plan.source
    columns = ", ".join(column.sql for column in source.columns)
    place = f"row_number() over (partition by {columns} order by {source.line_no})"
    cursor.run(
        f"""
        insert into {SET_ASIDE}
        with repeats as (select *, {source.line_no} as "line no" from {source.relation} qualify {place} > 1),
        kept as (select line_no as "kept line", {"amount" if plan.money else "null"} as "kept money" from {ROWS})
        select "line no", 'repeated_row', null, "kept money", {_raw(source)}
        from repeats inner join kept on "line no" = "kept line"
        """,
        source.parameters,
    )
    take_out(cursor, f"line_no in (select line_no from {SET_ASIDE} where reason = 'repeated_row')")


def _raw(source: Source) -> str:
    """SQL of the row as the file has it, as JSON."""
    fields = ", ".join(f"{quote(column.header)} := {column.sql}" for column in source.columns)
    return f"cast(to_json(struct_pack({fields})) as varchar)"


def _reasons(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """List code, condition and detail of each reason, in the order in which they are tried."""
    blank = " and ".join(
        is_blank(column.sql) if column.is_text else f"{column.sql} is null" for column in plan.source.columns
    )
    yield "blank_line", blank, "null"
    if NO_SALE in plan.cells:
        told = " || '; ' || ".join(_told(plan, name) for name in _STATES if name in plan.matches) or "null"
        for name in NO_SALES:
            yield name, f"\"no sale\" = '{name}'", told
    for column in plan.required:
        yield from _required_reasons(plan, column)
    for column in plan.codes:
        yield "code_unknown", f"{plan.cells[column.name].store} = '{UNKNOWN_CODE}'", _detail(plan, column)
    if plan.marks_refunds:
        kind, amount = plan.cells["kind"].store, plan.cells["amount"].store
        yield "refund_positive", f"{kind} <> 'sale' and {amount} > 0", f"'amount: ' || {amount}"


def _required_reasons(plan: Plan, column: Column) -> Iterator[tuple[str, str, str]]:
    reading = plan.cells[column.name]
    label = {"timestamp": "date", "date": "date"}.get(column.type, "amount" if column.name == "amount" else "value")
    yield f"{label}_missing", f"not coalesce({reading.filled}, false)", f"'{column.name}'"
    written = plan.moments.get(column.name, reading.store)
    yield f"{label}_unreadable", f"{written} is null", _detail(plan, column)
    if column.name in plan.moments:
        yield "date_out_of_range", f"{reading.store} is null", _detail(plan, column)


def _told(plan: Plan, name: str) -> str:
    """SQL of what a column of state says."""
    return f"'{name}: ' || coalesce(cast({plan.matches[name].column.sql} as varchar), '')"


def _detail(plan: Plan, column: Column) -> str:
    """SQL of the offending value, with the column it stands in."""
    if column.name not in plan.matches:
        return f"'{column.name}'"
    return f"'{column.name}: ' || cast({plan.matches[column.name].column.sql} as varchar)"


def reasons_found(cursor: Cursor) -> tuple[Reason, ...]:
    """Sum up what was set aside, most frequent reason first."""
    found = cursor.rows(
        f"select reason, count(*) as rows, sum(money) from {SET_ASIDE} group by reason order by rows desc, reason"
    )
    return tuple(Reason(code, SENTENCES[code], rows, money or Decimal(0)) for code, rows, money in found)
