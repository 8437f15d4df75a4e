"""Files to take away: CSV and XLSX that say what they hold, and whose cells are never live formulas."""

from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any

import pandas as pd

from loyalty_metrics import export
from loyalty_metrics.language import _
from loyalty_metrics.workspace import Result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_INERT = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}


def csv(frame: pd.DataFrame, about: Mapping[str, str] | None = None) -> bytes:
    """A CSV for spreadsheets: first what it is, in lines that begin with `#`, then the rows."""
    text = StringIO()
    for name, value in (about or {}).items():
        text.write(f"# {name}: {' '.join(str(value).split())}\n")
    export.safe_frame(frame).to_csv(text, index=False)
    return text.getvalue().encode("utf-8-sig")


def xlsx(frame: pd.DataFrame, about: Mapping[str, str]) -> bytes:
    """A workbook: the rows on one sheet, what they are on another. Text stays text."""
    file = BytesIO()
    how: dict[str, Any] = {"date_format": "yyyy-mm-dd", "datetime_format": "yyyy-mm-dd"}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": _INERT}, **how) as book:
        frame.to_excel(book, sheet_name="Figures", index=False, freeze_panes=(1, 0))
        book.sheets["Figures"].autofit(300)
        notes = pd.DataFrame(list(about.items()), columns=["about", "text"])
        notes.to_excel(book, sheet_name="Definition", index=False)
        book.sheets["Definition"].set_column(0, 0, 24)
        book.sheets["Definition"].set_column(1, 1, 110, book.book.add_format({"text_wrap": True}))
    return file.getvalue()


def about(result: Result, workspace: str, cell: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What a reader of the file must know: definition, scope, as-of date, and which customers."""
    told = export.about(result) | {"workspace": workspace}
    if cell:
        return told | {"customers": ", ".join(f"{name} = {value}" for name, value in cell.items())}
    return told | {column.name: f"{_(column.meaning)} ({column.unit})" for column in result.card.columns}
