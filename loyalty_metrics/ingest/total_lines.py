"""Lines of totals among the rows: told from sales, which they would count twice."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import IMPORTED, TOTALS, SourceColumn

_RULES = tomllib.loads((Path(__file__).parents[1] / "rules" / "total_lines.toml").read_text(encoding="utf-8"))
_WORDS = sorted({word for words in _RULES.values() for word in words})
_SIGNS = r"[^\p{L}\p{N}]*"
_PATTERN = rf"{_SIGNS}({'|'.join(map(re.escape, _WORDS))}){_SIGNS}(\(.*\){_SIGNS}|[:=\s][^\p{{L}}]*)?"
_SAMPLE = 200
_USUAL = 0.9
_FIRST_CELLS = 3


def move_total_lines(cursor: Cursor, columns: Sequence[SourceColumn], line_no: str) -> int:
    """Move lines of totals from `import_source` to `import_totals`, so that nothing is inferred from them.

    A line is one of totals if one of its first three filled cells is a word for it and nothing else, and at least half
    of the other cells that rows usually fill are empty. A customer or product of such a name has the cells of a sale.

    Returns:
        How many there were.
    """
    cells = ", ".join(f"cast({column.sql} as varchar)" for column in columns)
    first = f"list_filter([{cells}], lambda cell: trim(cell) <> '')[:{_FIRST_CELLS}]"
    named = f"len(list_filter({first}, lambda cell: regexp_full_match(lower(cell), $pattern))) > 0"
    usual = _usually_filled(cursor, columns, first, named)
    if len(usual) < _FIRST_CELLS:
        return 0
    empty = [f"{column.sql} is null" for column in usual]
    # The first condition costs nothing where the database knows that a column has no empty cell.
    least = (len(usual) - 1) // 2
    emptier = f"({' or '.join(empty)}) and {' + '.join(f'cast({test} as integer)' for test in empty)} >= {least}"
    cursor.run(
        f"create or replace temp table {TOTALS} as select *, {line_no} as total_line_no from {IMPORTED} "
        f"where {emptier} and {named}",
        {"pattern": _PATTERN},
    )
    count = cursor.value(f"select count(*) from {TOTALS}")
    if count:
        cursor.run(f"delete from {IMPORTED} where {line_no} in (select total_line_no from {TOTALS})")
    return count


def _usually_filled(cursor: Cursor, columns: Sequence[SourceColumn], first: str, named: str) -> list[SourceColumn]:
    """The columns that hardly any of the first rows leaves empty, those that may be totals left out."""
    shares = ", ".join(f"avg(cast({column.sql} is not null as integer))" for column in columns)
    head = f"select * from {IMPORTED} limit {_SAMPLE}"
    found = cursor.row(
        f"select {shares} from ({head}) as head where not {named} and len({first}) > 1", {"pattern": _PATTERN}
    )
    return [column for column, share in zip(columns, found, strict=True) if share is not None and share >= _USUAL]
