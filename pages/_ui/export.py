"""Files to take away: CSV and XLSX that say what they hold, and whose cells are never live formulas."""

from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any

import pandas as pd

from loyalty_metrics.card import Card
from loyalty_metrics.language import _
from loyalty_metrics.workspace import Result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIVE = ("=", "+", "-", "@", "\t", "\r")
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}


def csv(frame: pd.DataFrame, about: Iterable[tuple[str, str]] = ()) -> bytes:
    """A CSV for spreadsheets: first what it is, in lines that begin with `#`, then the rows."""
    text = StringIO()
    for name, value in about:
        text.write(f"# {name}: {' '.join(str(value).split())}\n")
    _harmless(frame).to_csv(text, index=False, date_format="%Y-%m-%d")
    return text.getvalue().encode("utf-8-sig")


def xlsx(frame: pd.DataFrame, about: Iterable[tuple[str, str]] = ()) -> bytes:
    """A workbook: the rows on one sheet, what they are on another. Text stays text."""
    file = BytesIO()
    with pd.ExcelWriter(file, engine="xlsxwriter", date_format="yyyy-mm-dd", engine_kwargs={"options": _SAFE}) as book:
        frame.to_excel(book, sheet_name=_("Figures"), index=False, freeze_panes=(1, 0))
        book.sheets[_("Figures")].autofit(300)
        notes = pd.DataFrame(list(about), columns=[_("What"), _("Text")])
        notes.to_excel(book, sheet_name=_("Definition"), index=False)
        book.sheets[_("Definition")].set_column(0, 0, 18)
        book.sheets[_("Definition")].set_column(1, 1, 110, book.book.add_format({"text_wrap": True}))
    return file.getvalue()


def about(result: Result, workspace: str, cell: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """What a reader of the file must know: definition, scope, as-of date, and which customers."""
    card: Card = result.card
    rows = [
        (_("Title"), _(card.title)),
        (_("Workspace"), workspace),
        (_("As of"), str(result.scope.as_of)),
        (_("Scope"), result.scope.describe()),
        *([(_("Customers behind"), ", ".join(f"{name} = {value}" for name, value in cell.items()))] if cell else []),
        (_("Unit"), _(card.unit)),
        (_("Grain"), _("one row a customer") if cell else _(card.grain)),
        (_("Definition"), _(card.definition)),
        (_("Formula"), _(card.formula)),
        (_("Source"), _(card.source)),
        (_("Caveats"), _(card.caveats)),
        (_("Workspace version"), str(result.version)),
    ]
    return [*rows, *((column.name, f"{_(column.meaning)} ({column.unit})") for column in card.columns if not cell)]


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before text that a spreadsheet would run; numbers are left alone."""
    return frame.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else column.map(_quoted)).rename(
        columns=_quoted
    )


def _quoted(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value
