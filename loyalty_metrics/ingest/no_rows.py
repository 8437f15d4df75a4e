"""Lines that are no rows: empty ones, and lines of totals, which would count sales twice."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import APART, IMPORTED, SourceColumn

_RULES = tomllib.loads((Path(__file__).parents[1] / "rules" / "total_lines.toml").read_text(encoding="utf-8"))
_WORDS = sorted({word for words in _RULES.values() for word in words})
_SIGNS = r"[^\p{L}\p{N}]*"
_PATTERN = rf"{_SIGNS}({'|'.join(map(re.escape, _WORDS))}){_SIGNS}(\(.*\){_SIGNS}|[:=\s][^\p{{L}}]*)?"
_SAMPLE = 200
_USUAL = 0.9
_FIRST_CELLS = 3
_MOST_CELLS = 100


def move_no_rows(cursor: Cursor, columns: Sequence[SourceColumn], line_no: str) -> int:
    """Move empty lines and lines of totals from `import_source` to `import_apart`: nothing is inferred from them.

    A line is one of totals if one of its first three filled cells is a word for it and nothing else, and at least half
    of the other cells that rows usually fill are empty. A customer or product of such a name has the cells of a sale.

    Returns:
        How many there were.
    """
    # Tests for NULL cost nothing where the database knows that a column has no empty cell.
    empty = " and ".join(f"{column.sql} is null" for column in columns)
    total = _is_total(cursor, columns)
    reason = f"case when {empty} then 'blank_line' when {total} then 'total_line' end"
    cursor.run(
        f"create or replace temp table {APART} as select *, {line_no} as apart_line_no, {reason} as apart_reason "
        f"from {IMPORTED} where ({empty}) or ({total})",
        {"pattern": _PATTERN},
    )
    count = cursor.value(f"select count(*) from {APART}")
    if count:
        cursor.run(f"delete from {IMPORTED} where {line_no} in (select apart_line_no from {APART})")
    return count


def _is_total(cursor: Cursor, columns: Sequence[SourceColumn]) -> str:
    cells = ", ".join(f"cast({column.sql} as varchar)" for column in columns)
    first = f"list_filter([{cells}], lambda cell: trim(cell) <> '')[:{_FIRST_CELLS}]"
    named = f"len(list_filter({first}, lambda cell: regexp_full_match(lower(cell), $pattern))) > 0"
    usual = _usually_filled(cursor, columns, first, named)
    if len(usual) < _FIRST_CELLS:
        return "false"
    empty = [f"{column.sql} is null" for column in usual]
    least = (len(usual) - 1) // 2
    return (
        f"({' or '.join(empty)}) and {' + '.join(f'cast({test} as integer)' for test in empty)} >= {least} and {named}"
    )


def _usually_filled(cursor: Cursor, columns: Sequence[SourceColumn], first: str, named: str) -> list[SourceColumn]:
    """The columns that hardly any of the first rows leaves empty, those that may be totals left out."""
    shares = ", ".join(f"avg(cast({column.sql} is not null as integer))" for column in columns)
    head = f"select * from {IMPORTED} limit {_SAMPLE}"
    found = cursor.row(
        f"select {shares} from ({head}) as head where not {named} and len({first}) > 1", {"pattern": _PATTERN}
    )
    usual = [column for column, share in zip(columns, found, strict=True) if share is not None and share >= _USUAL]
    return usual[:_MOST_CELLS]
