"""A first look at a file, for the screen on which columns are mapped."""

from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.plan import make_plan, missing_question
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.ingest.recognise import Match, recognise
from loyalty_metrics.ingest.source import IMPORTED, Source
from loyalty_metrics.ingest.tables import likely_tables
from loyalty_metrics.ingest.values import Question, Values, sample, samples_by_column
from loyalty_metrics.schema import TABLES, Table

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
    """

    file: str
    table: str
    rows: int
    columns: tuple[ColumnSketch, ...]
    first_rows: tuple[tuple[str | None, ...], ...]
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


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
        questions = _questions(table, source, values, matches)
        roles = {match.column.name: (name, match.how, match.confidence) for name, match in matches.items()}
        columns = tuple(
            ColumnSketch(
                column.header,
                tuple(dict.fromkeys(samples[column.name]))[:_SAMPLES],
                *roles.get(column.name, ()),
            )
            for column in source.columns
        )
        notes = tuple(dict.fromkeys([*source.notes, *values.notes]))
        sketch = FileSketch(
            path.name,
            table.name,
            source.rows,
            columns,
            tuple(rows[:_FIRST_ROWS]),
            questions,
            notes,
            likely_tables(source, samples),
        )
    cursor.run(f"drop table if exists {IMPORTED}")
    return sketch


def _questions(table: Table, source: Source, values: Values, matches: dict[str, Match]) -> tuple[Question, ...]:
    missing = missing_question(table, source, matches)
    if missing:
        return (missing,)
    try:
        make_plan(table, values, matches)
    except ImportRefused as refused:
        return (*values.questions, Question("currencies", str(refused), "columns"))
    return tuple(dict.fromkeys(values.questions))
