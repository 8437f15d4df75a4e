"""A first look at a file, for the screen on which columns are mapped."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.orders import FILLED
from loyalty_metrics.ingest.prepare import prepare
from loyalty_metrics.ingest.preview import Understood, understood
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.ingest.recognise import Match, RunnerUp, runners_up
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn
from loyalty_metrics.ingest.spans import SPANNED
from loyalty_metrics.ingest.tables import likely_tables
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _
from loyalty_metrics.marked import N_
from loyalty_metrics.schema import Table, normalise_header

_FIRST_ROWS = 10
_SAMPLES = 5


@dataclass(frozen=True)
class ColumnSketch:
    """One column of the file.

    Attributes:
        header: Its header, or its place as `#3`.
        samples: Its first different values.
        role: The canonical column it is taken for, if any.
        how: `explicit`, `header` or `values`: why.
        confidence: How sure that is, from 0 to 1.
    """

    header: str
    samples: tuple[str, ...]
    role: str | None = None
    how: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class FileSketch:
    """What a file holds, as far as it tells by itself.

    Attributes:
        file: Its name.
        table: The table it was looked at for.
        rows: How many rows it has.
        columns: Its columns.
        first_rows: Its first rows as text.
        questions: What the data cannot decide; a file without questions can be imported.
        notes: What was inferred.
        tables: The tables it can be for, likeliest first.
        fingerprint: Equal for all files of the same kind: the same headers, in any order, for the same table.
        preset: The export format it was recognised as, if any.
        understood: Its first rows as they will be loaded; none while a question is open.
        runners_up: Columns that compete with those taken.
    """

    file: str
    table: str
    rows: int
    columns: tuple[ColumnSketch, ...]
    first_rows: tuple[tuple[str | None, ...], ...]
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    fingerprint: str = ""
    preset: str | None = None
    understood: tuple[Understood, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()


def inspect(cursor: Cursor, path: Path, options: ImportOptions, watch: Watch | None = None) -> FileSketch:
    """Look at a file without importing it.

    Raises:
        ImportRefused: It cannot be opened at all.
        ImportCancelled: The watch was told to cancel.
    """
    with open_source(cursor, path, options, watch) as source:
        known = prepare(cursor, source, options)
        sketch = FileSketch(
            file=path.name,
            table=known.table.name,
            rows=source.rows,
            columns=_columns(known.offered.columns, known.samples, known.matches),
            first_rows=tuple(known.rows[:_FIRST_ROWS]),
            questions=known.questions,
            notes=known.notes,
            tables=likely_tables(cursor, known.offered, known.samples).tables,
            fingerprint=fingerprint(known.table, source),
            preset=known.preset.name if known.preset else None,
            understood=understood(cursor, known.plan) if known.plan and not known.questions else (),
            runners_up=runners_up(source, known.samples, known.matches),
        )
    for table in (IMPORTED, SPANNED, FILLED):
        cursor.run(f"drop table if exists {table}")
    return sketch


MENDING = (N_("Line"), N_("Set aside because"), N_("Where"), N_("Original text"))
"""The columns that rows set aside have beside their own, when they are given out to be mended."""


def fingerprint(table: Table, source: Source) -> str:
    """Name the kind of a file: its headers, in whatever order and spelling, for a table.

    Rows set aside that were mended are of the kind of the file they are from.
    """
    headers = sorted(normalise_header(column.header) or column.header for column in source.columns)
    beside = [normalise_header(_(header)) for header in MENDING]
    if set(beside[:3]) <= set(headers):
        headers = [header for header in headers if header not in beside]
    return hashlib.sha256("\n".join([table.name, *headers]).encode()).hexdigest()[:16]


def _columns(
    columns: Sequence[SourceColumn], samples: Mapping[str, Sequence[str]], matches: Mapping[str, Match]
) -> tuple[ColumnSketch, ...]:
    roles = {match.column.header: (name, match.how, match.confidence) for name, match in matches.items()}
    return tuple(
        ColumnSketch(
            column.header, tuple(dict.fromkeys(samples[column.name]))[:_SAMPLES], *roles.get(column.header, ())
        )
        for column in columns
    )
