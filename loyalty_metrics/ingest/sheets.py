"""Workbooks, XLSX and XLS: read by fastexcel into Arrow, with the numbers of the sheet's own rows."""

import logging
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import fastexcel
import pyarrow as pa

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.recognise import looks_like_header
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn, unique_headers
from loyalty_metrics.schema import Table

_LOOK = 50
_LARGEST = 4 << 30
_SUSPICIOUS = 256 << 20
_STEEPEST = 100
_SHEET = "import_sheet"

logging.getLogger("fastexcel").setLevel(logging.ERROR)


def read_sheet(cursor: Cursor, name: str, path: Path, table: Table, sheet: str | None) -> Source:
    """Load one sheet of a workbook into the temporary table `import_source`.

    Raises:
        ImportRefused: The workbook cannot be opened, is a zip bomb, or the sheet is missing or empty.
    """
    try:
        workbook = fastexcel.read_excel(path)
        chosen, head = _choose(name, workbook, sheet)
        top = next(i for i, cells in enumerate(head) if any(cells))
        has_header = looks_like_header([cell or "" for cell in head[top]], table)
        above = top + 1 if has_header else top
        headers = unique_headers(head[top] if has_header else [None] * len(head[top]))
        rows = _load(workbook, chosen, above, len(headers))
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise ImportRefused(f"{name} could not be opened as a workbook ({reason}); save it anew as .xlsx.") from error
    if rows.num_rows == 0:
        raise ImportRefused(f'{name}: the sheet "{chosen}" has a header but no rows.')
    _store(cursor, rows, above)
    types = cursor.rows(f"describe select * exclude (line_no) from {IMPORTED}")
    columns = tuple(
        SourceColumn(header, column, sql_type) for header, (column, sql_type, *_) in zip(headers, types, strict=True)
    )
    notes = (f'Read from the sheet "{chosen}".',) if len(workbook.sheet_names) > 1 else ()
    return Source(name, IMPORTED, "line_no", columns, rows.num_rows, has_header=has_header, notes=notes)


def check_zip(name: str, path: Path) -> None:
    """Refuse a workbook that unpacks to absurd sizes, before anything unpacks it."""
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except BadZipFile as error:
        raise ImportRefused(
            f"{name} is damaged: it begins like a workbook but cannot be opened; export it again."
        ) from error
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise ImportRefused(f"{name} is a zip archive, not a workbook; unpack it and import the files in it.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _LARGEST or (unpacked > _SUSPICIOUS and unpacked > _STEEPEST * path.stat().st_size):
        raise ImportRefused(
            f"{name} would unpack to {unpacked >> 20:,} MiB, which no honest workbook does; export it as CSV instead."
        )


def _choose(name: str, workbook: fastexcel.ExcelReader, sheet: str | None) -> tuple[str, list[list[str | None]]]:
    """Choose the named sheet, or the first one that is not empty."""
    if sheet is not None and sheet not in workbook.sheet_names:
        raise ImportRefused(f'{name} has no sheet "{sheet}"; its sheets are {", ".join(workbook.sheet_names)}.')
    for candidate in [sheet] if sheet else workbook.sheet_names:
        head = _head(workbook, candidate)
        if any(any(cells) for cells in head):
            return candidate, head
    raise ImportRefused(f"{name} is empty.")


def _head(workbook: fastexcel.ExcelReader, sheet: str) -> list[list[str | None]]:
    loaded = workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=_LOOK, dtypes="string")
    if loaded.width == 0:
        return []
    columns: Sequence[list[str | None]] = [column.to_pylist() for column in loaded.to_arrow().columns]
    return [list(cells) for cells in zip(*columns, strict=True)]


def _load(workbook: fastexcel.ExcelReader, sheet: str, above: int, width: int) -> pa.RecordBatch:
    return workbook.load_sheet(
        sheet,
        header_row=None,
        column_names=[f"c{i}" for i in range(1, width + 1)],
        skip_rows=above,
        schema_sample_rows=None,
        skip_whitespace_tail_rows=True,
    ).to_arrow()


def _store(cursor: Cursor, rows: pa.RecordBatch, above: int) -> None:
    numbers = pa.array(range(above + 1, above + 1 + rows.num_rows), pa.int64())
    cursor.register(_SHEET, pa.Table.from_batches([rows]).append_column("line_no", numbers))
    cursor.run(f"create or replace temp table {IMPORTED} as select * from {_SHEET}")
