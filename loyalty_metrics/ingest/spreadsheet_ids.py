"""Ids as spreadsheets write them: ="001" and '001 to keep them text, 4.17E+13 where they did not."""

from collections.abc import Collection, Sequence

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import IMPORTED, SourceColumn

_APOSTROPHE = r"'([0-9+=@-][^' ]*)"
ROUNDED = r"[+-]?\d([.,]\d+)?[Ee]\+\d+"
"""What becomes of a long number: its last digits are gone."""


def mend_ids(
    cursor: Cursor, columns: Sequence[SourceColumn], signs: Collection[str]
) -> tuple[list[str], frozenset[str]]:
    """Turn ="001" and '001 in `import_source` into the text they show; find numbers whose last digits are lost.

    A formula proper stays as it is: it is text, and is never worked out.

    Args:
        cursor: Where the table is.
        columns: Its columns.
        signs: Those of `=`, `'` and `+` that occur in the file; without them there is nothing to look for.

    Returns:
        Notes on what was done, and the names of the columns with lost digits.
    """
    notes = []
    if "=" in signs:
        quoted = _columns_with(cursor, columns, "starts_with({}, '=\"')")
        _replace(cursor, quoted, r'="([^"]*)"')
        notes += [_note(column, '="001"') for column in quoted]
    if "'" in signs:
        marked = _columns_with(
            cursor, columns, f"starts_with({{}}, '''') and regexp_full_match({{}}, {_text(_APOSTROPHE)})"
        )
        _replace(cursor, marked, _APOSTROPHE)
        notes += [_note(column, "'001") for column in marked]
    if "+" not in signs:
        return notes, frozenset()
    rounded = _columns_with(cursor, columns, f"contains({{}}, '+') and regexp_full_match({{}}, {_text(ROUNDED)})")
    return notes, frozenset(column.name for column in rounded)


def _columns_with(cursor: Cursor, columns: Sequence[SourceColumn], test: str) -> list[SourceColumn]:
    tests = ", ".join(f"coalesce(bool_or({test.replace('{}', column.sql)}), false)" for column in columns)
    found = cursor.row(f"select {tests} from {IMPORTED}")
    return [column for column, is_so in zip(columns, found, strict=True) if is_so]


def _replace(cursor: Cursor, columns: Sequence[SourceColumn], pattern: str) -> None:
    for column in columns:
        cursor.run(
            f"update {IMPORTED} set {column.sql} = nullif(regexp_extract({column.sql}, $pattern, 1), '') "
            f"where regexp_full_match({column.sql}, $pattern)",
            {"pattern": pattern},
        )


def _note(column: SourceColumn, example: str) -> str:
    return f'Values written as {example} in column "{column.header}" are taken as the text they show.'


def _text(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
