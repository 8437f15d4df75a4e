"""Workbooks, XLSX, XLS and ODS: read by fastexcel into Arrow, with the numbers of the sheets' own rows."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import fastexcel
import pyarrow as pa

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.archive import check_sizes
from loyalty_metrics.ingest.no_rows import move_no_rows
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn, check_width, unique_headers
from loyalty_metrics.ingest.spreadsheet_ids import mend_ids
from loyalty_metrics.ingest.title_lines import LOOK, Top, find_top, known_words, named_top, passed_over
from loyalty_metrics.schema import TABLES

_SHEET = "import_sheet"
_ALL_SIGNS = frozenset("='+")

logging.getLogger("fastexcel").setLevel(logging.ERROR)


@dataclass(frozen=True)
class _Sheet:
    """One sheet that holds rows.

    Attributes:
        name: Its name.
        head: Its first rows as text.
        top: Where its table begins.
        known: How many of its headers are words of the table.
    """

    name: str
    head: list[list[str]]
    top: Top
    known: int

    @property
    def headers(self) -> tuple[str, ...]:
        """One header for each column."""
        cells = self.head[self.top.row]
        return unique_headers(cells if self.top.has_header else [None] * len(cells))

    @property
    def above(self) -> int:
        """Rows above the first row of data."""
        return self.top.row + self.top.has_header


def read_sheets(cursor: Cursor, name: str, path: Path, options: ImportOptions) -> Source:
    """Load the sheet of a workbook that fits the table best into the temporary table `import_source`.

    Sheets with the same headers, such as one a month, are read one below the other.

    Raises:
        ImportRefused: The workbook cannot be opened, or the sheet is missing or empty.
    """
    try:
        workbook = fastexcel.read_excel(path)
        chosen = _choose(name, workbook, options)
        parts = [_load(workbook, sheet) for sheet in chosen]
    except ImportRefused:
        raise
    except (fastexcel.FastExcelError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise ImportRefused(f"{name} could not be opened as a workbook ({reason}); save it anew as .xlsx.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the library fails on files it did not foresee
            raise
        raise ImportRefused(f"{name} is a damaged workbook; open it in a spreadsheet and save it anew.") from error
    if not any(part.num_rows for part in parts):
        raise ImportRefused(f'{name}: the sheet "{chosen[0].name}" has a header but no rows.')
    places = _store(cursor, chosen, parts)
    types = cursor.rows(f"describe select * exclude (line_no) from {IMPORTED}")
    columns = tuple(
        SourceColumn(header, column, sql_type)
        for header, (column, sql_type, *_) in zip(chosen[0].headers, types, strict=True)
    )
    apart = move_no_rows(cursor, columns, "line_no")
    mended, rounded = mend_ids(cursor, [column for column in columns if column.is_text], _ALL_SIGNS)
    return Source(
        name,
        IMPORTED,
        "line_no",
        columns,
        sum(part.num_rows for part in parts),
        has_header=chosen[0].top.has_header,
        notes=(*_notes(workbook, chosen, places), *mended),
        apart=apart,
        rounded=rounded,
    )


def check_workbook(name: str, path: Path) -> None:
    """Refuse a workbook that is damaged or unpacks to absurd sizes, before anything unpacks it."""
    try:
        with ZipFile(path) as archive:
            check_sizes(name, path, archive.infolist())
    except BadZipFile as error:
        raise ImportRefused(
            f"{name} is damaged: it begins like a workbook but cannot be opened; export it again."
        ) from error


def _choose(name: str, workbook: fastexcel.ExcelReader, options: ImportOptions) -> list[_Sheet]:
    """Choose the named sheet, or the one with most headers that the table knows, with those that are like it."""
    if options.sheet is not None and options.sheet not in workbook.sheet_names:
        raise ImportRefused(f'{name} has no sheet "{options.sheet}"; its sheets are {", ".join(workbook.sheet_names)}.')
    names = [options.sheet] if options.sheet else workbook.sheet_names
    sheets = [sheet for candidate in names if (sheet := _look(name, workbook, candidate, options)) is not None]
    if not sheets:
        raise ImportRefused(f"{name} is empty.")
    best = max(sheets, key=lambda sheet: sheet.known)
    if best.known < 2:
        return [best]
    return [sheet for sheet in sheets if sheet.headers == best.headers]


def _look(name: str, workbook: fastexcel.ExcelReader, sheet: str, options: ImportOptions) -> _Sheet | None:
    """Look at the first rows of a sheet; None when it is empty or a chart."""
    table = TABLES[options.table]
    head = _head(workbook, sheet, max(LOOK, (options.header_row or 0) + 1))
    check_width(f"{name}, sheet {sheet},", len(head[0]) if head else 0)
    if options.header_row is None:
        top = find_top(head, table)
    else:
        top = named_top(f"{name}, sheet {sheet},", head, options.header_row, range(1, len(head) + 1))
    if top is None:
        return None
    return _Sheet(sheet, head, top, known_words(head[top.row], table) if top.has_header else 0)


def _head(workbook: fastexcel.ExcelReader, sheet: str, rows: int) -> list[list[str]]:
    try:
        loaded = workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
    except fastexcel.FastExcelError as error:
        if "chart" in str(error).lower():
            return []
        raise
    if loaded.width == 0:
        return []
    columns: Sequence[list[str | None]] = [column.to_pylist() for column in loaded.to_arrow().columns]
    return [[cell or "" for cell in cells] for cells in zip(*columns, strict=True)]


def _load(workbook: fastexcel.ExcelReader, sheet: _Sheet) -> pa.RecordBatch:
    return workbook.load_sheet(
        sheet.name,
        header_row=None,
        column_names=[f"c{i}" for i in range(1, len(sheet.headers) + 1)],
        skip_rows=sheet.above,
        schema_sample_rows=None,
        skip_whitespace_tail_rows=True,
    ).to_arrow()


def _store(cursor: Cursor, sheets: Sequence[_Sheet], parts: Sequence[pa.RecordBatch]) -> list[int]:
    """Write the rows of all sheets; lines are counted on from sheet to sheet. Give the lines before each sheet."""
    before, places = 0, []
    for number, (sheet, part) in enumerate(zip(sheets, parts, strict=True)):
        first = before + sheet.above + 1
        places.append(before)
        lines = pa.array(range(first, first + part.num_rows), pa.int64())
        cursor.register(f"{_SHEET}_{number}", pa.Table.from_batches([part]).append_column("line_no", lines))
        before = first + part.num_rows - 1
    all_rows = " union all ".join(
        f"select {', '.join(cells)}, line_no from {_SHEET}_{number}" for number, cells in enumerate(_alike(parts))
    )
    cursor.run(f"create or replace temp table {IMPORTED} as {all_rows}")
    return places


def _alike(parts: Sequence[pa.RecordBatch]) -> Iterator[list[str]]:
    """SQL of each sheet's columns: as text where a column is of another type in another sheet."""
    for part in parts:
        cells = []
        for i, field in enumerate(part.schema):
            types = {other.schema.field(i).type for other in parts} - {pa.null()}
            cells.append(quote(field.name) if len(types) <= 1 else _as_text(field))
        yield cells


def _as_text(field: pa.Field) -> str:
    column = quote(field.name)
    text = f"cast({column} as varchar)"
    whole = f"regexp_replace({text}, '\\.0$', '')" if pa.types.is_floating(field.type) else text
    return f"{whole} as {column}"


def _notes(workbook: fastexcel.ExcelReader, chosen: Sequence[_Sheet], places: Sequence[int]) -> list[str]:
    notes = list(passed_over(chosen[0].head, chosen[0].top))
    read = [sheet.name for sheet in chosen]
    others = [name for name in workbook.sheet_names if name not in read]
    left = f"; the workbook also has {_quoted(others)}" if others else ""
    if len(read) > 1:
        counted = ", ".join(
            f'row 1 of "{name}" is line {place + 1:,}' for name, place in zip(read, places, strict=True)
        )
        notes.append(f"Read from the sheets {_quoted(read)}, which have the same headers{left}.")
        notes.append(f"Lines are counted through all sheets: {counted}.")
    elif others:
        notes.append(f"Read from the sheet {_quoted(read)}{left}.")
    return notes


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
