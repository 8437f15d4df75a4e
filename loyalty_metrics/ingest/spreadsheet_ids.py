"""Ids as spreadsheets write them: ="001" and '001 to keep them text, 4.17E+13 where they did not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn

_BLANKS = r"[\s\x{A0}]*"
_FORMULA = rf'="([^"]*)"{_BLANKS}'
_APOSTROPHE = rf"'([0-9+=@-][^' ]*){_BLANKS}"
_ROUNDED = r"[+-]?\d([.,]\d+)?[Ee]\+\d+"
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
    notes: list[str] = []
    if not columns:
        return notes, frozenset()
    if "=" in signs:
        quoted = _columns_with(cursor, columns, "starts_with({}, '=\"')")
        _replace(cursor, quoted, _FORMULA)
        notes += [_note(column, '="001"') for column in quoted]
    if "'" in signs:
        marked = _columns_with(
            cursor, columns, f"starts_with({{}}, '''') and regexp_full_match({{}}, {literal(_APOSTROPHE)})"
        )
        _replace(cursor, marked, _APOSTROPHE)
        notes += [_note(column, "'001") for column in marked]
    if "+" not in signs:
        return notes, frozenset()
    rounded = _columns_with(cursor, columns, f"contains({{}}, '+') and regexp_full_match({{}}, {literal(_ROUNDED)})")
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


@dataclass(frozen=True)
class LostDigits:
    """Numbers in a mapped column whose last digits a spreadsheet cut off.

    Attributes:
        column: The column.
        sentence: What is wrong, and what to do.
        are_mixed_up: Whether different orders or customers now share one of them.
    """

    column: SourceColumn
    sentence: str
    are_mixed_up: bool


def lost_digits(cursor: Cursor, source: Source, matches: Mapping[str, Match]) -> Iterator[LostDigits]:
    """Look for ids such as 4.17E+13 in the columns that are used."""
    for name, match in matches.items():
        column = match.column
        if column.name not in source.rounded or match.role.type != "text":
            continue
        count, example = cursor.row(
            f"select count(*), min({column.sql}) from {source.relation} where {_is_rounded(column)}", source.parameters
        )
        mixed_up = name in ("order_id", "customer_id") and _is_shared(cursor, source, name, matches)
        sentence = (
            f'{source.name}: a spreadsheet cut off the last digits of {count:,} values in column "{column.header}", '
            f"such as {example}{', so that different ones now look the same' if mixed_up else ''}; "
            "export again with that column as text."
        )
        yield LostDigits(column, sentence, mixed_up)


def _is_shared(cursor: Cursor, source: Source, name: str, matches: Mapping[str, Match]) -> bool:
    """Whether one cut-off id stands beside different customers, orders or days; without those, whether it repeats."""
    column = matches[name].column
    others = [matches[n].column.sql for n in ("order_id", "customer_id") if n in matches and n != name]
    others += [f"left(cast({matches[n].column.sql} as varchar), 10)" for n in ("ordered_at",) if n in matches]
    differ = " or ".join(f"count(distinct {other}) > 1" for other in others) or "count(*) > 1"
    found = cursor.rows(
        f"select 1 from {source.relation} where {_is_rounded(column)} group by {column.sql} having {differ} limit 1",
        source.parameters,
    )
    return bool(found)


def _is_rounded(column: SourceColumn) -> str:
    return f"regexp_full_match({column.sql}, {literal(_ROUNDED)})"
