"""Choose among the sheets of a workbook, or the tables of a database, what is read."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.source import check_width, unique_headers
from loyalty_metrics.ingest.title_lines import Top, find_top, known_words, named_top
from loyalty_metrics.schema import TABLES, Table, normalise_header

BETWEEN = "/"
"""Stands between the names of several sheets: no sheet may be called so."""

_RULES = tomllib.loads((Path(__file__).parents[1] / "rules" / "sheet_names.toml").read_text(encoding="utf-8"))
_ODD = frozenset(normalise_header(word) for words in _RULES.values() for word in words)
_SURE = 2
_RIVAL = 3


@dataclass(frozen=True)
class Sheet:
    """One sheet that holds rows.

    Attributes:
        name: Its name.
        is_visible: Whether people see it.
        head: Its first rows as text.
        top: Where its table begins.
        known: How many of its headers are words of the table.
        height: How many rows it has with all above the table; None where that is not known.
        columns: The columns of its table, from 0; others stand beside it.
    """

    name: str
    is_visible: bool
    head: list[list[str]]
    top: Top
    known: int
    height: int | None
    columns: tuple[int, ...]

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """One header for each column of its table."""
        cells = self.head[self.top.row]
        return unique_headers(cells[i] if self.top.has_header else None for i in self.columns)

    @property
    def above(self) -> int:
        """Rows above the first row of data."""
        return self.top.row + self.top.has_header

    @property
    def kind(self) -> frozenset[str]:
        """The same for sheets with the same headers in any order."""
        return frozenset(header.casefold() for header in self.headers)

    @property
    def rows(self) -> int:
        """How many rows of data it has at most."""
        return max(0, (self.height or len(self.head)) - self.above)

    @property
    def beside(self) -> list[str]:
        """The headers of what stands beside its table."""
        cells = self.head[self.top.row]
        return [cell for i, cell in enumerate(cells) if i not in self.columns and cell.strip()]


@dataclass(frozen=True)
class Choice:
    """What is read.

    Attributes:
        sheets: The sheets, one below the other.
        notes: Which were left out, and why.
        questions: Where that is not sure.
    """

    sheets: list[Sheet]
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def named(name: str, all_names: Sequence[str], wanted: str | None, what: str = "sheet") -> list[str] | None:
    """The names that the analyst means: a name, several with / between, or a pattern such as `*2024`.

    Raises:
        ImportRefused: There is none of that name.
    """
    if wanted is None:
        return None
    if wanted in all_names:
        return [wanted]
    found: list[str] = []
    for part in wanted.split(BETWEEN):
        fitting = [one for one in all_names if one == part.strip()]
        fitting = fitting or [one for one in all_names if fnmatchcase(one, part.strip())]
        if not fitting:
            raise ImportRefused(f'{name} has no {what} "{part.strip()}"; its {what}s are {", ".join(all_names)}.')
        found += [one for one in fitting if one not in found]
    return sorted(found, key=list(all_names).index)


def choose(name: str, looked: Sequence[Mapping[str, Any]], options: ImportOptions, what: str = "sheet") -> Choice:
    """Choose the named sheets, or those with most headers that the table knows.

    Hidden sheets and those whose names say that they hold no sales of their own are left out. Sheets with the same
    headers are read together, and outweigh a single one that fits as well.

    Raises:
        ImportRefused: The sheet is missing, or all are empty.
    """
    wanted = named(name, [one["name"] for one in looked], options.sheet, what)
    sheets = [
        sheet
        for one in looked
        if (wanted is None or one["name"] in wanted) and (sheet := _look(name, one, options, what)) is not None
    ]
    if not sheets:
        raise ImportRefused(f"{name} is empty.")
    if wanted is not None:
        return Choice(sheets)
    seen = [sheet for sheet in sheets if sheet.is_visible]
    if not seen:
        raise ImportRefused(
            f"{name} holds rows in hidden {what}s alone; name the one to read with --sheet: {quoted(sheets)}."
        )
    usable = [sheet for sheet in seen if not is_odd(sheet.name)] or seen
    if max(sheet.known for sheet in usable) < _SURE <= max(sheet.known for sheet in seen):
        usable = seen
    chosen, rivals = _best(usable)
    notes = _left_out(sheets, usable, chosen, what)
    return Choice(chosen, notes, (_which(name, usable, chosen, rivals, what),) if rivals else ())


def is_odd(name: str) -> bool:
    """Whether a name says that a sheet holds a plan, a sum of other sheets, or a copy."""
    folded = normalise_header(name)
    return any(f" {word} " in f" {folded} " or (not word.isascii() and word in folded) for word in _ODD)


def _look(name: str, one: Mapping[str, Any], options: ImportOptions, what: str) -> Sheet | None:
    """Find where the table of a sheet begins; None when it is empty or a chart."""
    table = TABLES[options.table]
    head: list[list[str]] = one["head"]
    called = f"{name}, {what} {one['name']},"
    check_width(called, len(head[0]) if head else 0)
    if not any(cell.strip() for cells in head for cell in cells):
        return None
    if options.header_row is None:
        top = find_top(head, table)
    else:
        top = named_top(called, head, options.header_row, range(1, len(head) + 1))
    if top is None:
        return None
    columns = _table_in(head, top, table)
    known = known_words([head[top.row][i] for i in columns], table) if top.has_header else 0
    return Sheet(one["name"], one.get("is_visible", True), head, top, known, one.get("height"), columns)


def _table_in(head: Sequence[Sequence[str]], top: Top, table: Table) -> tuple[int, ...]:
    """The columns of the table, where a smaller one stands beside it behind empty columns.

    A smaller one has rows at once below its header, and ends where the other goes on.
    """
    width = len(head[top.row])
    blocks = _blocks(head[top.row :])
    if len(blocks) < 2 or not top.has_header:
        return tuple(range(width))
    below = head[top.row + 1 :]
    main = max(blocks, key=lambda block: (known_words([head[top.row][i] for i in block], table), len(block)))
    height = _height(below, main)
    apart = {i for block in blocks if block is not main and _is_smaller(below, block, height) for i in block}
    return tuple(i for i in range(width) if i not in apart)


def _blocks(rows: Sequence[Sequence[str]]) -> list[list[int]]:
    """The columns between empty ones."""
    blocks: list[list[int]] = [[]]
    for i in range(len(rows[0])):
        if any(row[i].strip() for row in rows):
            blocks[-1].append(i)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _height(rows: Sequence[Sequence[str]], block: Sequence[int]) -> int:
    return max((n for n, row in enumerate(rows, 1) if any(row[i].strip() for i in block)), default=0)


def _is_smaller(rows: Sequence[Sequence[str]], block: Sequence[int], height: int) -> bool:
    own = _height(rows, block)
    filled = sum(any(row[i].strip() for i in block) for row in rows)
    return len(block) > 1 and own < height and filled == own


def _best(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[list[Sheet]]]:
    """The sheets that fit best, and other ones that fit as well."""
    groups: dict[frozenset[str], list[Sheet]] = {}
    for sheet in sheets:
        groups.setdefault(sheet.kind, []).append(sheet)
    best = max(groups.values(), key=lambda group: group[0].known)
    known = best[0].known
    if known < _SURE:
        return [best[0]], []
    alike = [group for group in groups.values() if group[0].known >= max(_RIVAL, known - 1)]
    series = [group for group in alike if len(group) > 1]
    if len(series) == 1:
        return series[0], []
    return best, [group for group in alike if group is not best]


def _which(
    name: str, sheets: Sequence[Sheet], chosen: Sequence[Sheet], rivals: Sequence[Sequence[Sheet]], what: str
) -> Question:
    groups = [chosen, *rivals]
    everything = [sheet for sheet in sheets if any(sheet in group for group in groups)]
    said = " or ".join(f'--sheet "{joined(group)}"' for group in groups)
    sentence = (
        f"{name}: the {what}s {quoted(everything)} have different headers, and each may be the one to read; "
        f'say which with {said}, or all of them with --sheet "{joined(everything)}".'
    )
    return question(sentence, [*groups, everything])


def question(sentence: str, groups: Iterable[Sequence[Sheet]]) -> Question:
    """Ask which sheets are to be read."""
    rows = {joined(group): sum(sheet.rows for sheet in group) for group in groups}
    readings = tuple((choice, f"{count:,} rows") for choice, count in rows.items())
    return Question("sheets", sentence, "sheet", None, tuple(choice for choice, _ in readings), readings)


def _left_out(sheets: Sequence[Sheet], usable: Sequence[Sheet], chosen: Sequence[Sheet], what: str) -> tuple[str, ...]:
    """Say which sheets that look like the table are not counted, and why."""
    like = [sheet for sheet in sheets if sheet.known >= _SURE and sheet not in chosen]
    hidden = [sheet for sheet in like if not sheet.is_visible]
    odd = [sheet for sheet in like if sheet.is_visible and sheet not in usable]
    other = [sheet for sheet in like if sheet in usable and len(chosen) > 1 and sheet.known >= chosen[0].known - 1]
    return tuple(
        f"{quoted(found)} {'is' if len(found) == 1 else 'are'} not counted: {why}; --sheet reads a {what} all the same."
        for found, why in (
            (hidden, "hidden"),
            (odd, "by the name a plan, a sum of other sheets or a copy"),
            (other, "the headers differ from those of the sheets that are alike"),
        )
        if found
    )


def joined(sheets: Iterable[Sheet]) -> str:
    """The names as the option takes them."""
    return BETWEEN.join(sheet.name for sheet in sheets)


def quoted(sheets: Iterable[Sheet]) -> str:
    """The names for a sentence."""
    return ", ".join(f'"{sheet.name}"' for sheet in sheets)
