"""Lines below the header that belong to it: survey tools write the question, or what kind of answer it takes, there.

Such a line is told by what its file says: in columns that hold numbers or dates in every row, it holds none.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.ingest.answer_words import looks_like_answer
from loyalty_metrics.ingest.dates import looks_like_date
from loyalty_metrics.ingest.source import Source

Cells = tuple[str | None, ...]

_MOST = 2
_FEWEST = 2
_USUAL = 0.8
_LINE = "line below header"


def without_header_lines(cursor: Cursor, source: Source, rows: Sequence[Cells]) -> tuple[Source, Sequence[Cells]]:
    """Take the lines of the header off the rows; what they say of a column helps to recognise it."""
    lines = header_lines(rows) if source.has_header else 0
    if not lines:
        return source, rows
    numbers = cursor.rows(
        f"select {source.line_no} as line from {source.relation} order by line limit {lines}", source.parameters
    )
    last = numbers[-1][0]
    relation = (
        f"(select *, {source.line_no} as {quote(_LINE)} from {source.relation} where {source.line_no} > {last}) as rows"
    )
    columns = tuple(replace(c, also=c.also or (cell or "")) for c, cell in zip(source.columns, rows[0], strict=True))
    count = "The line below the header belongs" if lines == 1 else f"The {lines} lines below the header belong"
    said = next((cell for cell in rows[0] if cell and cell.strip()), "")
    note = f'{count} to it, beginning with "{said[:60]}".'
    left = replace(
        source,
        relation=relation,
        line_no=quote(_LINE),
        columns=columns,
        rows=source.rows - lines,
        notes=(*source.notes, note),
    )
    return left, rows[lines:]


def header_lines(rows: Sequence[Cells]) -> int:
    """How many of the first rows hold no values."""
    body = rows[_MOST:] or rows[1:]
    valued = [i for i in range(len(rows[0]) if rows else 0) if _is_valued([row[i] for row in body])]
    if len(valued) < _FEWEST or not body:
        return 0
    return len(list(takewhile(lambda row: _is_header(row, valued), rows[:_MOST])))


def _is_valued(cells: Sequence[str | None]) -> bool:
    """Whether a column holds a number, an answer or a date in nearly every row."""
    return sum(bool(cell) and _is_value(cell or "") for cell in cells) >= _USUAL * max(len(cells), 1)


def _is_value(cell: str) -> bool:
    return looks_like_date(cell) or looks_like_answer(cell)


def _is_header(row: Cells, valued: Sequence[int]) -> bool:
    return any(cell and cell.strip() for cell in row) and not any(_is_value(row[i] or "") for i in valued)
