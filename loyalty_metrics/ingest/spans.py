"""Rows under merged cells: order, customer and date stand once, and are blank on the rows that belong to them."""

from collections.abc import Mapping
from dataclasses import replace

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.orders import OF_ORDER
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn

SPANNED = "import_spanned"
_MONEY = ("amount", "quantity", "unit_price", "discount")


def fill_spans(cursor: Cursor, source: Source, matches: Mapping[str, Match]) -> tuple[Source, list[str]]:
    """Give rows that are blank in all that an order tells what the row above tells of its order.

    They must name something of their own, such as a product, and its money: a line with nothing but money may be a sum
    of the lines above.
    """
    told = [matches[name].column for name in ("order_id", *OF_ORDER) if name in matches]
    money = [matches[name].column for name in _MONEY if name in matches]
    own = [column for column in source.columns if column.is_text and column not in (*told, *money)]
    if "ordered_at" not in matches or len(told) < 2 or not own or not money or any(column.parts for column in told):
        return source, []
    span = f"{_all_empty(told)} and not ({_all_empty(own)}) and not ({_all_empty(money)})"
    count, first = cursor.row(
        f"select count(*), min({source.line_no}) from {source.relation} where {span}", source.parameters
    )
    above = f"select 1 from {source.relation} where {source.line_no} < {first} limit 1"
    if not count or not cursor.rows(above, source.parameters):
        return source, []
    values = ", ".join(f"first_value({column.sql}) over rows_of_it as {column.sql}" for column in told)
    cursor.run(
        f"""
        create or replace temp table {SPANNED} as
        with numbered as (select *, {source.line_no} as span_line from {source.relation}),
        grouped as (
            select *, count(*) filter (where not ({span})) over (order by span_line) as span_of from numbered
        )
        select * exclude (span_of) replace ({values}) from grouped
        window rows_of_it as (partition by span_of order by span_line)
        """,
        source.parameters,
    )
    headers = ", ".join(column.header for column in told)
    note = (
        f"{count:,} rows are blank in {headers}, as rows under merged cells are, and have what the row above them "
        f"says; the first is line {first:,}."
    )
    return replace(source, relation=SPANNED, line_no="span_line", parameters={}), [note]


def _all_empty(columns: list[SourceColumn]) -> str:
    return " and ".join(f"{column.sql} is null" for column in columns)
