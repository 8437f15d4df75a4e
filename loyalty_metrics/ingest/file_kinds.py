"""Kinds of files that look like orders and are none: lists of customers, reports of advertising, budgets, stock.

They hold dates, money and often customers, so that they would be loaded as orders. The words they are told by are data:
see rules/file_kinds.toml.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.header_meanings import contains
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parent.parent / "rules" / "file_kinds.toml"
_NAMED = 5


@dataclass(frozen=True)
class FileKind:
    """One kind of file that holds no orders.

    Attributes:
        what: What it looks like, for people.
        table: The table it is for; empty where there is none.
        enough: How much its headers must say.
        against: Canonical columns of orders that it does not have.
        one_row: Canonical columns of which one is different in every row; none where that does not matter.
        words: Folded words that tell of it.
        hints: Folded words that tell half as much.
    """

    what: str
    table: str
    enough: int
    against: frozenset[str]
    one_row: tuple[str, ...]
    words: frozenset[str]
    hints: frozenset[str]

    def told_by(self, source: Source) -> dict[str, int]:
        """The headers that tell of the kind, with how much each says."""
        weights = {column.header: self._weight(normalise_header(column.header)) for column in source.columns}
        return {header: weight for header, weight in weights.items() if weight}

    def _weight(self, header: str) -> int:
        if any(contains(header, word) for word in self.words):
            return 2
        return int(any(contains(header, word) for word in self.hints))


@dataclass(frozen=True)
class FoundKind:
    """The kind a file is of, and the headers by which that is told."""

    kind: FileKind
    headers: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the file looks like."""
        more = ", ..." if len(self.headers) > _NAMED else ""
        return f"{self.kind.what} ({', '.join(self.headers[:_NAMED])}{more})"


@cache
def _kinds() -> tuple[FileKind, ...]:
    found = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(
        FileKind(
            section["what"],
            section["table"],
            section["enough"],
            frozenset(section["against"]),
            tuple(section["one_row"]),
            _folded(section["words"]),
            _folded(section["hints"]),
        )
        for section in found.values()
    )


def _folded(words: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(normalise_header(word) for listed in words.values() for word in listed)


def find_kind(cursor: Cursor, source: Source, matches: Mapping[str, Match]) -> FoundKind | None:
    """The kind of a file that holds no orders.

    Args:
        cursor: Where the file can be queried.
        source: The file.
        matches: What its columns are taken for as a file of transactions.
    """
    for kind in _kinds():
        told = kind.told_by(source)
        if sum(told.values()) < kind.enough or kind.against & matches.keys():
            continue
        if not kind.one_row or _is_one_row_each(
            cursor, source, [matches[n].column for n in kind.one_row if n in matches]
        ):
            return FoundKind(kind, tuple(sorted(told, key=lambda header: -told[header])))
    return None


def _is_one_row_each(cursor: Cursor, source: Source, keys: list[SourceColumn]) -> bool:
    """Whether one of the columns is filled and different in every row."""
    if not keys:
        return False
    tests = [f"count(distinct {key.sql}) = count(*)" for key in keys]
    found = cursor.row(f"select count(*) > 1, {', '.join(tests)} from {source.relation}", source.parameters)
    return bool(found[0]) and any(found[1:])
