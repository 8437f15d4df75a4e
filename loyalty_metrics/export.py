"""A result as a file: CSV, JSON, Markdown, Parquet or a spreadsheet, each with its definition and scope."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from loyalty_metrics.data_edge import ALL_SETTLED
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.lists import Listed
from loyalty_metrics.workspace import Result

FORMATS = ("csv", "json", "md", "parquet", "xlsx")

MOST_SHEET_ROWS = 2**20 - 1
_BLOCK = 5_000

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def to_bytes(result: Result, format: str, workspace: str = "", plain: bool = False) -> bytes:
    """The result in one of `FORMATS`. Text is UTF-8; CSV has no lines but its rows, for other programs to read.

    Args:
        result: What is exported.
        format: One of `FORMATS`.
        workspace: The workspace's name.
        plain: Whether rows of CSV and XLSX are the figures alone, without the columns of `stamped`.
    """
    if format in ("csv", "xlsx") and not plain:
        result = replace(result, frame=stamped(result, workspace))
    return _WRITERS[format](result, workspace)


def stamped(result: Result, workspace: str = "") -> pd.DataFrame:
    """The figures, and in each row what they are of: copied elsewhere, a week is still told from a month."""
    return result.frame.assign(**stamp(result, workspace))


def stamp(result: Result | Listed, workspace: str = "") -> dict[str, str]:
    """What tells figures of one measure apart: of which workspace, as of when, by which periods, days and rules."""
    scope = result.scope
    rules = {name: getattr(scope, name) for name in ("clock", "criterion", "refunds")}
    rules |= {"window": f"{scope.window} days" if scope.window else "whole history"}
    told_already = (*rules, "as_of", "grain", *(["settled_from"] if scope.settled_from == ALL_SETTLED else []))
    rules |= {name: value for name, value in scope.to_query().items() if name not in told_already}
    told = {"workspace": workspace} if workspace else {}
    return told | {
        "as_of": str(scope.as_of),
        "grain": scope.grain,
        "time_zone": _time_zone(result),
        "scope": ", ".join(f"{name}={_chosen(value)}" for name, value in rules.items()),
    }


def _chosen(value: object) -> str:
    return "|".join(one or "(unknown)" for one in value) if isinstance(value, list) else str(value)


def _time_zone(result: Result | Listed) -> str:
    return result.state.time_zone or "as written in the files"


def about(result: Result | Listed, cell: Mapping[str, object] | None = None, workspace: str = "") -> dict[str, str]:
    """What a reader of an export must know: measure, definition, scope, as-of date, periods, workspace and version.

    Args:
        result: What is exported.
        cell: For lists of customers: the values that picked them.
        workspace: The workspace's name.
    """
    card = result.card
    told = ({"workspace": workspace} if workspace else {}) | {
        "measure": card.name,
        "title": card.title,
        "definition": card.definition,
        "formula": card.formula,
        "caveats": card.caveats,
        "source": card.source,
        "as_of": str(result.scope.as_of),
        "grain": result.scope.grain,
        "scope": result.scope.describe(),
        "time_zone": _time_zone(result),
        "week_start": result.state.week_start,
        "workspace_version": str(result.version),
    }
    if "segment_rules" in result.statement:
        told["segment_rules"] = result.state.rules
    if cell is None:
        return told
    return told | {"customers": ", ".join(f"{name} = {_said(value)}" for name, value in cell.items()) or "all"}


def _said(value: object) -> object:
    return f"{value[0]} to {value[1]}" if isinstance(value, tuple) else value


def columns(result: Result) -> dict[str, str]:
    """What each column of a measure means, with its unit."""
    return {column.name: f"{column.meaning} ({column.unit})" for column in result.card.columns}


def csv(frame: pd.DataFrame, notes: Mapping[str, str] | None = None, watch: Watch | None = None) -> bytes:
    """A CSV for people and their spreadsheets: lines that begin with `#` say what it is, then the rows.

    Args:
        frame: The rows.
        notes: What they are.
        watch: Tells another thread how far it is, and lets it cancel.
    """
    head = "".join(f"# {name}: {' '.join(text.split())}\n" for name, text in (notes or {}).items())
    parts = [(head + _csv_rows(frame.head(0))).encode("utf-8-sig")]
    for start in _blocks(frame, watch):
        parts.append(_csv_rows(frame.iloc[start : start + _BLOCK], header=False).encode())
    return b"".join(parts)


def _csv_rows(frame: pd.DataFrame, header: bool = True) -> str:
    return safe_frame(frame).to_csv(index=False, header=header, float_format="%.10g", lineterminator="\n")


def _blocks(frame: pd.DataFrame, watch: Watch | None) -> Iterator[int]:
    """Where each block of rows begins; between them the watch is told, and may stop the work."""
    if watch:
        watch.step("Writing the file", len(frame))
    for start in range(0, len(frame), _BLOCK):
        yield start
        if watch:
            watch.advance(min(start + _BLOCK, len(frame)))


def xlsx(frame: pd.DataFrame, notes: Mapping[str, str], watch: Watch | None = None) -> bytes:
    """A workbook: the rows on one sheet, what they are on another if there are notes.

    Text stays text: a cell that begins with "=" or "http" must never come alive in someone's spreadsheet.

    Raises:
        LoyaltyError: A sheet has no room for so many rows.
    """
    if len(frame) > MOST_SHEET_ROWS:
        raise LoyaltyError(f"A sheet has room for {MOST_SHEET_ROWS:,} rows, this is {len(frame):,}: take the CSV.")
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,  # rows go out as they are written: so the progress is true, and cancelling quick
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        figures = book.add_worksheet("Figures")
        figures.freeze_panes(1, 0)
        for at, name in enumerate(frame.columns):
            figures.set_column(at, at, _width(frame[name]))
        figures.write_row(0, 0, [str(name) for name in frame.columns], bold)
        for start in _blocks(frame, watch):
            block = frame.iloc[start : start + _BLOCK]
            for row, cells in enumerate(zip(*(_cells(block[name]) for name in block), strict=True), start + 1):
                figures.write_row(row, 0, cells)
        if notes:
            described = book.add_worksheet("Definition")
            described.set_column(0, 0, 24)
            described.set_column(1, 1, 110, book.add_format({"text_wrap": True}))
            for row, told in enumerate([("about", "text"), *notes.items()]):
                described.write_row(row, 0, told, None if row else bold)
    return buffer.getvalue()


def _width(values: pd.Series) -> int:
    """Room for the header and for the first values, in letters."""
    shown = [str(values.name), *(str(value) for value in values.head(500))]
    return 2 + min(max(map(len, shown)), 12 if pd.api.types.is_datetime64_any_dtype(values) else 40)


def _cells(values: pd.Series) -> list[Any]:
    """The values of a column as a workbook takes them; what is unknown is an empty cell."""
    known = values.notna().tolist()
    if pd.api.types.is_datetime64_any_dtype(values):
        plain: list[Any] = values.dt.to_pydatetime().tolist()
    else:
        plain = values.astype("object").tolist()
    return [value if is_known else None for value, is_known in zip(plain, known, strict=True)]


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with dates as text and no text that a spreadsheet would run as a formula."""
    frame = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            frame[name] = frame[name].dt.strftime("%Y-%m-%d")
        elif frame[name].dtype == "str" or frame[name].dtype == object:
            frame[name] = frame[name].map(_safe_text, na_action="ignore")
    return frame


def _safe_text(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def _csv(result: Result, _workspace: str) -> bytes:
    return safe_frame(result.frame).to_csv(index=False, float_format="%.10g", lineterminator="\n").encode()


def _json(result: Result, workspace: str) -> bytes:
    rows = json.loads(result.frame.to_json(orient="records", date_format="iso", double_precision=10))
    dates = [name for name in result.frame.columns if pd.api.types.is_datetime64_any_dtype(result.frame[name])]
    for row in rows:
        row.update({name: row[name] and row[name][:10] for name in dates})
    return (
        json.dumps({**about(result, workspace=workspace), "rows": rows}, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def _markdown(result: Result, workspace: str) -> bytes:
    frame = safe_frame(result.frame)
    of = f"{workspace}, as of" if workspace else "As of"
    scope = f"{of} {result.scope.as_of}, times {_time_zone(result)} ({result.scope.describe()})"
    head = f"# {result.card.title}\n\n{result.card.definition}\n\n{scope}\n"
    lines = [_markdown_row(frame.columns), _markdown_row("---" for _ in frame.columns)]
    lines += [_markdown_row(row) for row in frame.itertuples(index=False)]
    return (head + "\n" + "\n".join(lines) + "\n").encode()


def _markdown_row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_markdown_cell(cell) for cell in cells) + " |"


def _markdown_cell(value: object) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _parquet(result: Result, workspace: str) -> bytes:
    table = pa.Table.from_pandas(result.frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **about(result, workspace=workspace)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _xlsx(result: Result, workspace: str) -> bytes:
    return xlsx(result.frame, about(result, workspace=workspace) | columns(result))


_WRITERS: dict[str, Callable[[Result, str], bytes]] = {
    "csv": _csv,
    "json": _json,
    "md": _markdown,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
