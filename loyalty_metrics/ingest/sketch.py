"""A first look at a file, for the screen on which columns are mapped."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.plan import Plan, make_plan, missing_question
from loyalty_metrics.ingest.preview import Understood, understood
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.ingest.recognise import Match, RunnerUp, recognise, runners_up
from loyalty_metrics.ingest.source import IMPORTED, Source
from loyalty_metrics.ingest.tables import likely_tables
from loyalty_metrics.ingest.values import Question, Values, sample, samples_by_column
from loyalty_metrics.schema import TABLES, Table, normalise_header

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


def inspect(cursor: Cursor, path: Path, options: ImportOptions) -> FileSketch:
    """Look at a file without importing it.

    Raises:
        ImportRefused: It cannot be opened at all.
    """
    with open_source(cursor, path, options) as source:
        table = TABLES[options.table]
        rows = sample(cursor, source)
        samples = samples_by_column(source, rows)
        matches = recognise(table, source, samples, options.columns)
        values = Values(cursor, source, options, matches.values())
        plan, questions = _plan(table, source, values, matches)
        sketch = FileSketch(
            file=path.name,
            table=table.name,
            rows=source.rows,
            columns=_columns(source, samples, matches),
            first_rows=tuple(rows[:_FIRST_ROWS]),
            questions=questions,
            notes=tuple(dict.fromkeys([*source.notes, *values.notes])),
            tables=likely_tables(source, samples),
            fingerprint=fingerprint(table, source),
            understood=understood(cursor, plan) if plan and not questions else (),
            runners_up=runners_up(source, samples, matches),
        )
    cursor.run(f"drop table if exists {IMPORTED}")
    return sketch


def fingerprint(table: Table, source: Source) -> str:
    """Name the kind of a file: its headers, in whatever order and spelling, for a table."""
    headers = sorted(normalise_header(column.header) or column.header for column in source.columns)
    return hashlib.sha256("\n".join([table.name, *headers]).encode()).hexdigest()[:16]


def _columns(
    source: Source, samples: Mapping[str, Sequence[str]], matches: Mapping[str, Match]
) -> tuple[ColumnSketch, ...]:
    roles = {match.column.header: (name, match.how, match.confidence) for name, match in matches.items()}
    return tuple(
        ColumnSketch(
            column.header, tuple(dict.fromkeys(samples[column.name]))[:_SAMPLES], *roles.get(column.header, ())
        )
        for column in source.columns
    )


def _plan(
    table: Table, source: Source, values: Values, matches: dict[str, Match]
) -> tuple[Plan | None, tuple[Question, ...]]:
    missing = missing_question(table, source, matches)
    if missing:
        return None, (missing,)
    try:
        plan = make_plan(table, values, matches)
    except ImportRefused as refused:
        return None, (*values.questions, Question("currencies", str(refused), "columns"))
    return plan, tuple(dict.fromkeys(values.questions))
