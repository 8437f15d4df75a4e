"""Read delimited text record by record, where lines and rows do not correspond one to one.

Slower than the database's reader, and exact: every row has its physical line, every record that cannot be cut into
fields is set aside with its text, and an unclosed quotation mark costs one line and not the rest of the file.
"""

import csv
import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.scan import LONGEST_LINE
from loyalty_metrics.ingest.source import IMPORTED, SET_ASIDE
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.ingest.wrapped_lines import cut_again

_BATCH_CELLS = 500_000
LONGEST_RECORD = 500
_ENOUGH = 3
_INCOMING = "import_batch"

csv.field_size_limit(LONGEST_LINE)


class _RunsOn(Exception):
    """A quoted field goes on for more lines than any real one does."""


class _Record(NamedTuple):
    """One record: its first line, and its fields, or the text of the line when it has no fields."""

    line_no: int
    fields: list[str] | None
    text: str = ""
    is_wrapped: bool = False

    def is_blank(self) -> bool:
        """Whether the record holds nothing."""
        return self.fields is not None and not any(field.strip() for field in self.fields)

    def cells(self, width: int) -> Sequence[str | None] | None:
        """The record as so many fields: an empty line has none of them; empty ones too many are delimiters at the end.

        None when the record has another number of fields.
        """
        if self.fields is None or len(self.fields) == width:
            return self.fields
        if len(self.fields) > width and not any(self.fields[width:]):
            return self.fields[:width]
        return [None] * width if self.is_blank() else None


class _Lines:
    """Lines with their numbers, which can be given back when a record turns out to be none."""

    def __init__(self, lines: Iterator[str], before: int) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self.number = before

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= LONGEST_RECORD:
            raise _RunsOn
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.number += 1
        self._taken.append(line)
        return line

    def begin(self) -> int:
        """Begin a record; give the number of its first line."""
        self._taken.clear()
        return self.number + 1

    def keep_first(self) -> str:
        """Give back all lines of the record but its first."""
        first, *others = self._taken
        self._returned.extendleft(reversed(others))
        self.number -= len(others)
        return first


def _records(lines: _Lines, delimiter: str, quote: str) -> Iterator[_Record]:
    while True:
        reader = csv.reader(
            lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE, strict=True
        )
        start = lines.begin()
        try:
            for fields in reader:
                yield _Record(start, fields)
                start = lines.begin()
        except (csv.Error, _RunsOn):
            yield _Record(start, None, lines.keep_first().rstrip("\n"))
        else:
            return


def _unwrapped(record: _Record, delimiter: str, width: int) -> _Record:
    """A record that is one quoted field, cut into the fields within that field if these are as many as there should be.

    Spreadsheets that take a line for one text write it so.
    """
    if width > 1 and record.fields is not None and len(record.fields) == 1 and delimiter in record.fields[0]:
        within = cut_again(record.fields[0], delimiter)
        if len(within) == width:
            return record._replace(fields=within, is_wrapped=True)
    return record


def _without_blank_end(records: Iterator[_Record]) -> Iterator[_Record]:
    """Leave out empty lines at the end of the file; those between rows are rows."""
    empty: list[_Record] = []
    for record in records:
        if record.fields is not None and len(record.fields) <= 1 and record.is_blank():
            empty.append(record)
            continue
        yield from empty
        empty.clear()
        yield record


class Loaded(NamedTuple):
    """How many records a text has, how many of them were set aside, and what people should know of these."""

    read: int
    malformed: int
    notes: tuple[str, ...]


def load_records(
    cursor: Cursor, name: str, path: Path, delimiter: str, quote: str, above: int, width: int, watch: Watch
) -> Loaded:
    """Load a text's records into `import_source`, those that do not fit into `set_aside`.

    Args:
        cursor: Where the tables are.
        name: What people call the file.
        path: The UTF-8 text.
        delimiter: What stands between fields.
        quote: The quotation mark, or nothing.
        above: Lines before the first record.
        width: How many fields a record has.
        watch: Sees how many lines are read.

    Raises:
        ImportRefused: Most records have another number of fields than the header.
    """
    names = [f"c{i}" for i in range(1, width + 1)]
    columns = ", ".join(f"{column} varchar" for column in names)
    cursor.run(f"create or replace temp table {IMPORTED} ({columns}, line_no bigint)")
    read = malformed = wrapped = 0
    shifted: Counter[int] = Counter()
    last: _Record | None = None
    with path.open(encoding="utf-8-sig", newline=None) as file:
        lines = _Lines(islice(file, above, None), above)
        records = _without_blank_end(_records(lines, delimiter, quote))
        cut = (_unwrapped(record, delimiter, width) for record in records)
        while batch := list(islice(cut, max(1, _BATCH_CELLS // width))):
            cells = [(record.line_no, found) for record in batch if (found := record.cells(width)) is not None]
            _insert(cursor, cells, names)
            unfit = [record for record in batch if record.cells(width) is None]
            _set_aside(cursor, unfit, width)
            shifted.update(len(record.fields) for record in unfit if record.fields is not None)
            read += len(batch)
            wrapped += sum(record.is_wrapped for record in batch)
            malformed += len(unfit)
            last = batch[-1]
            watch.advance(lines.number)
    _refuse_shifted(name, read, shifted, width)
    notes = []
    if last is not None and last.fields is None:
        notes.append(f"{name} ends inside a quoted field: it may have been cut off.")
    if wrapped:
        notes.append(f"Lines that stand in quotation marks as a whole are read as the fields within: {wrapped:,}.")
    return Loaded(read, malformed, tuple(notes))


def _refuse_shifted(name: str, read: int, shifted: Counter[int], width: int) -> None:
    """Refuse a file whose header is not that of its rows: they would all be set aside."""
    if shifted.total() * 2 > read >= _ENOUGH:
        other = shifted.most_common(1)[0][0]
        raise ImportRefused(
            f"{name}: {shifted.total():,} of {read:,} rows have not the header's {width} fields but mostly {other}: "
            "their columns are shifted; mend the header, or name its line with --header-row."
        )


def _insert(cursor: Cursor, rows: Sequence[tuple[int, Sequence[str | None]]], names: Sequence[str]) -> None:
    if not rows:
        return
    columns = zip(*(cells for _, cells in rows), strict=True)
    table = {
        name: pa.array([v or None for v in values], pa.string()) for name, values in zip(names, columns, strict=True)
    }
    table["line_no"] = pa.array([line_no for line_no, _ in rows], pa.int64())
    cursor.register(_INCOMING, pa.table(table))
    cursor.run(f"insert into {IMPORTED} select * from {_INCOMING}")


def _set_aside(cursor: Cursor, records: Sequence[_Record], width: int) -> None:
    if not records:
        return
    rows = [(record.line_no, *_unfit(record, width)) for record in records]
    names = ("line_no", "reason", "detail", "raw")
    cursor.register(_INCOMING, pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
    cursor.run(f"insert into {SET_ASIDE} select line_no, reason, detail, null, raw from {_INCOMING}")


def _unfit(record: _Record, width: int) -> tuple[str, str, str]:
    """Reason, detail and original text of a record that does not fit."""
    if record.fields is None:
        return "broken_quotes", record.text[:100], json.dumps(record.text, ensure_ascii=False)
    return (
        "field_count",
        f"{len(record.fields)} fields instead of {width}",
        json.dumps(record.fields, ensure_ascii=False),
    )
