"""A result as a file: CSV, JSON, Markdown, Parquet or a spreadsheet, each with its definition and scope."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from loyalty_metrics.workspace import Result

FORMATS = ("csv", "json", "md", "parquet", "xlsx")

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def to_bytes(result: Result, format: str) -> bytes:
    """The result in one of `FORMATS`. Text is UTF-8."""
    return _WRITERS[format](result)


def about(result: Result) -> dict[str, str]:
    """What a reader of an export must know: measure, definition, scope, as-of date, workspace version."""
    card = result.card
    return {
        "measure": card.name,
        "title": card.title,
        "definition": card.definition,
        "formula": card.formula,
        "caveats": card.caveats,
        "source": card.source,
        "as_of": str(result.scope.as_of),
        "scope": result.scope.describe(),
        "workspace_version": str(result.version),
    }


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


def _csv(result: Result) -> bytes:
    return safe_frame(result.frame).to_csv(index=False, float_format="%.10g", lineterminator="\n").encode()


def _json(result: Result) -> bytes:
    rows = json.loads(result.frame.to_json(orient="records", date_format="iso", double_precision=10))
    dates = [name for name in result.frame.columns if pd.api.types.is_datetime64_any_dtype(result.frame[name])]
    for row in rows:
        row.update({name: row[name] and row[name][:10] for name in dates})
    return (json.dumps({**about(result), "rows": rows}, indent=2, ensure_ascii=False) + "\n").encode()


def _markdown(result: Result) -> bytes:
    frame = safe_frame(result.frame)
    head = (
        f"# {result.card.title}\n\n{result.card.definition}\n\nAs of {result.scope.as_of} ({result.scope.describe()})\n"
    )
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


def _parquet(result: Result) -> bytes:
    table = pa.Table.from_pandas(result.frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **about(result)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _xlsx(result: Result) -> bytes:
    buffer = io.BytesIO()
    # Text stays text: a cell that begins with "=" or "http" must never come alive in someone's spreadsheet.
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}}
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs=options) as writer:
        dated = result.frame.copy()
        for name in dated.columns:
            if pd.api.types.is_datetime64_any_dtype(dated[name]):
                dated[name] = dated[name].map(_as_date)
        dated.to_excel(writer, sheet_name="Figures", index=False)
        notes = pd.DataFrame(list(about(result).items()), columns=["about", "text"])
        notes.to_excel(writer, sheet_name="Definition", index=False)
        for sheet in writer.sheets.values():
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return buffer.getvalue()


def _as_date(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]


_WRITERS: dict[str, Callable[[Result], bytes]] = {
    "csv": _csv,
    "json": _json,
    "md": _markdown,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
