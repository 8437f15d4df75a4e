"""The first rows of a file as they will be loaded, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.check import SENTENCES, set_aside_bad_rows
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.source import SET_ASIDE, Source
from loyalty_metrics.ingest.stage import keep_rows, show_rows

_SHOWN = 10
_HEAD = 200
"""Orders reach over several rows, so more rows are read than are shown."""


@dataclass(frozen=True)
class Understood:
    """A row of the file as it will be loaded.

    Attributes:
        line_no: The physical row.
        cells: What it says, by canonical column, in words; empty columns are left out.
        reason: The code of the reason for which it will be set aside, if it will.
        sentence: That reason for people.
    """

    line_no: int
    cells: Mapping[str, str]
    reason: str | None = None
    sentence: str | None = None


def understood(cursor: Cursor, plan: Plan) -> tuple[Understood, ...]:
    """Do with the first rows what the import will do with all of them."""
    plan = replace(plan, source=_head(plan.source))
    keep_rows(cursor, plan)
    show_rows(cursor, plan)
    columns = ", ".join(plan.table.names)
    cursor.run(f"create or replace temp table first_rows as select {columns}, line_no from staged")

    set_aside_bad_rows(cursor, plan)
    aside = dict(cursor.rows(f"select line_no, any_value(reason) from {SET_ASIDE} group by line_no"))
    rows = cursor.rows(f"select line_no, {columns} from first_rows order by line_no limit {_SHOWN}")
    cursor.run("drop table first_rows")
    return tuple(_in_words(plan, row, aside.get(row[0])) for row in rows)


def _head(source: Source) -> Source:
    numbered = f"select *, {source.line_no} as row_no from {source.relation}"
    return replace(source, relation=f"({numbered} order by row_no limit {_HEAD}) as head", line_no="row_no")


def _in_words(plan: Plan, row: tuple[Any, ...], reason: str | None) -> Understood:
    cells = {name: _word(value) for name, value in zip(plan.table.names, row[1:], strict=True) if value is not None}
    return Understood(row[0], cells, reason, SENTENCES[reason] if reason else None)


def _word(value: Any) -> str:
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)
