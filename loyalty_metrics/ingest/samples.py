"""Some rows of a file as text: what a look at its columns is made of."""

from collections.abc import Sequence

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import Source

_SAMPLE = 200
_LONGEST_SAMPLE = 1000


def spread_sample(cursor: Cursor, source: Source) -> list[tuple[str | None, ...]]:
    """The first rows as text, and as many from all over a longer file: what stands first need not be usual."""
    rows = _as_text(cursor, source, "")
    share = source.rows // _SAMPLE
    if share < 2:
        return rows
    return [*rows, *_as_text(cursor, source, f"where hash({source.line_no}) % {share} = 0")]


def _as_text(cursor: Cursor, source: Source, condition: str) -> list[tuple[str | None, ...]]:
    cells = ", ".join(
        f"regexp_replace(cast({column.sql} as varchar), '\\.0$', '')"
        if column.is_float
        else f"left(cast({column.sql} as varchar), {_LONGEST_SAMPLE})"
        for column in source.columns
    )
    return cursor.rows(f"select {cells} from {source.relation} {condition} limit {_SAMPLE}", source.parameters)


def samples_by_column(source: Source, rows: Sequence[tuple[str | None, ...]]) -> dict[str, list[str]]:
    """The values of a sample that are not empty, by column."""
    return {
        column.name: [value for row in rows if (value := row[i]) is not None and value.strip()]
        for i, column in enumerate(source.columns)
    }
