"""Workbooks: XLSX, XLS, XLSB and ODS."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa

from . import arrow_file, sheet_xml

logging.getLogger("fastexcel").setLevel(logging.CRITICAL)


def look(path: str, rows: int, only: str | None = None) -> dict[str, Any]:
    """Look at the first rows of each sheet, or of the one that is named."""
    book = fastexcel.read_excel(path)
    names: Sequence[str] = book.sheet_names
    alone = only if only in names else None
    return {"sheets": [_look(book, name, rows) if alone in (None, name) else _passed(name) for name in names]}


def _passed(name: str) -> dict[str, Any]:
    return {"name": name, "is_visible": True, "head": []}


def _look(book: fastexcel.ExcelReader, name: str, rows: int) -> dict[str, Any]:
    """A sheet's first rows as text; none of an empty one or a chart."""
    try:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
    except fastexcel.FastExcelError as error:
        if "chart" in str(error).lower():
            return _passed(name)
        raise
    columns = [column.to_pylist() for column in sheet.to_arrow().columns] if sheet.width else []
    head = [[cell or "" for cell in cells] for cells in zip(*columns, strict=True)]
    return {"name": name, "is_visible": sheet.visible == "visible", "head": head, "height": sheet.total_height}


def load(path: str, folder: str, sheets: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Write whole sheets, each into an Arrow file.

    Args:
        path: The workbook.
        folder: Where the files go.
        sheets: Of each the `name`, the rows `above` the first of its data, its `width`, and which columns hold money
            (`money`) or surely none (`plain`), counted from 0: only what is no money is filled under merged cells.
    """
    book = fastexcel.read_excel(path)
    return {"sheets": [_load(book, path, Path(folder) / f"sheet_{i}.arrow", **sheet) for i, sheet in enumerate(sheets)]}


def _load(
    book: fastexcel.ExcelReader,
    path: str,
    target: Path,
    name: str,
    above: int,
    width: int,
    money: Sequence[int],
    plain: Sequence[int],
) -> dict[str, Any]:
    batch: pa.RecordBatch = book.load_sheet(
        name,
        header_row=None,
        column_names=[f"c{i}" for i in range(1, width + 1)],
        skip_rows=above,
        schema_sample_rows=None,
        skip_whitespace_tail_rows=True,
    ).to_arrow()
    marks = sheet_xml.marks(path, name)
    batch, filled = _filled(batch, marks.merged, above, set(money), set(plain))
    arrow_file.write(target, [batch], batch.schema)
    return {
        "file": str(target),
        "rows": batch.num_rows,
        "filled": filled,
        "hidden_rows": sum(above < row <= above + batch.num_rows for row in marks.hidden_rows),
        "errors": marks.errors,
        "formulas": [formula for formula in marks.formulas if 0 <= formula["column"] < width],
    }


def _filled(
    batch: pa.RecordBatch, merged: Sequence[tuple[int, int, int]], above: int, money: set[int], plain: set[int]
) -> tuple[pa.RecordBatch, dict[int, int]]:
    """Give every cell under a merged one its value; tell how many cells of which column that were."""
    columns = list(batch.columns)
    counts: dict[int, int] = {}
    by_column: dict[int, list[tuple[int, int]]] = {}
    for column, first, last in merged:
        begin, end = first - above - 1, min(last - above, batch.num_rows)
        if 0 <= column < len(columns) and 0 <= begin < end - 1:
            by_column.setdefault(column, []).append((begin, end))
    for column, ranges in by_column.items():
        is_number = pa.types.is_floating(columns[column].type) or pa.types.is_integer(columns[column].type)
        if column in money or (is_number and column not in plain):
            continue
        values = columns[column].to_pylist()
        for begin, end in ranges:
            counts[column] = counts.get(column, 0) + sum(value is None for value in values[begin + 1 : end])
            values[begin:end] = [values[begin]] * (end - begin)
        columns[column] = pa.array(values, columns[column].type)
    return pa.record_batch(columns, schema=batch.schema), counts
