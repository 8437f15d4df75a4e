"""Find the row that names the columns: it may stand below titles, comments and the settings of a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.presets import fold, presets
from loyalty_metrics.ingest.recognise import looks_like_header, roles_of
from loyalty_metrics.ingest.source import MOST_COLUMNS
from loyalty_metrics.schema import TABLES, Table, normalise_header

LOOK = 30
"""So many rows are looked at; a header further down has to be named."""

_FULL = 0.6

Cells = Sequence[str]


@dataclass(frozen=True)
class Top:
    """How a file begins.

    Attributes:
        row: Index of the header, or of the first row of data where there is no header.
        has_header: Whether that row names the columns.
    """

    row: int
    has_header: bool


def find_top(rows: Sequence[Cells], table: Table) -> Top | None:
    """Find where the table begins among a file's first rows; None when all are empty.

    The first filled row is the header or the first row of data, unless it is much emptier than the rows below: then it
    is a title, and the table begins with the first row that is as full as most. Rows that are fuller than a title are
    passed over only for a header of known words, since passing over a row of data would lose it.
    """
    filled = [i for i, cells in enumerate(rows) if _filled(cells)]
    if not filled:
        return None
    usual = median(_filled(rows[i]) for i in filled[len(filled) // 2 :])
    first = next((i for i in filled if _filled(rows[i]) >= _FULL * usual), filled[0])
    best = max(filled, key=lambda i: (known_words(rows[i], table), -i))
    above = [rows[i] for i in filled if first <= i < best]
    if known_words(rows[best], table) > max(1, known_words(rows[first], table) if best > first else 1) and all(
        _filled(cells) < _filled(rows[best]) or _is_comment(cells) for cells in above
    ):
        return Top(best, has_header=True)
    if looks_like_header(rows[first], table):
        return Top(first, has_header=True)
    # Without a header there is nothing that tells a gap in the data from a title, but a title has one cell.
    return Top(next((i for i in filled if _filled(rows[i]) > 1), first), has_header=False)


def known_words(cells: Cells, table: Table) -> int:
    """Count the cells that are headers of the table's columns, in any language; those of a known format beat all."""
    headers = {normalise_header(cell) for cell in cells if cell.strip()}
    folded = {header.replace(" ", "") for header in headers}
    is_format = any(needs <= folded for needs in _needs(table.name))
    return len(headers & _words(table.name)) + (MOST_COLUMNS if is_format else 0)


@cache
def _needs(table: str) -> tuple[frozenset[str], ...]:
    """The headers that are all there in a format, by format."""
    return tuple(frozenset(map(fold, p.needs)) for p in presets() if p.table == table)


@cache
def _words(table: str) -> frozenset[str]:
    roles = roles_of(TABLES[table])
    words = [word for role in roles for known in role.words.values() for word in known]
    return frozenset(map(normalise_header, [*words, *(role.name for role in roles)])) - {""}


def named_top(name: str, rows: Sequence[Cells], header_row: int, numbers: Sequence[int]) -> Top | None:
    """Take the row that the analyst named as the header; 0 means that there is none.

    Args:
        name: What people call the file.
        rows: Its first rows, down to the one that is named.
        header_row: The number of the line or row.
        numbers: The line or row in which each of the rows begins.
    """
    if header_row == 0:
        first = next((i for i, cells in enumerate(rows) if _filled(cells)), None)
        return None if first is None else Top(first, has_header=False)
    for i, number in enumerate(numbers):
        if number == header_row and _filled(rows[i]):
            return Top(i, has_header=True)
    raise ImportRefused(f"{name} has no row of headers in line {header_row}; count lines from 1, or say 0 for none.")


def passed_over(rows: Sequence[Cells], top: Top) -> tuple[str, ...]:
    """Say which rows above the table are no rows of it."""
    above = [" ".join(cell.strip() for cell in cells if cell.strip()) for cells in rows[: top.row]]
    above = [text for text in above if text]
    if not above:
        return ()
    count = "1 line above the header was" if len(above) == 1 else f"{len(above)} lines above the header were"
    return (f'{count} passed over, beginning with "{above[0][:60]}".',)


def _filled(cells: Cells) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _is_comment(cells: Cells) -> bool:
    return next((cell for cell in cells if cell.strip()), "").lstrip().startswith(("#", "//", "--"))
