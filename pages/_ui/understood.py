"""What was understood of a file, before anything is loaded: column by column and row by row, beside what it says."""

import re
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics.ingest import FileSketch
from loyalty_metrics.ingest.sketch import ColumnSketch
from loyalty_metrics.ingest.tells import roles_of
from loyalty_metrics.language import _, format_exact, format_value, label, ngettext, period_label, plain
from loyalty_metrics.schema import TABLES
from pages._ui import tables
from pages._ui.discreet import discreet, is_personal

_LONGEST = 60
_FEW = 6


def columns(sketch: FileSketch, key: str) -> None:
    """Each column found: your header, what it is taken for, a value and how it is understood, how that is known."""
    row = _choose_row(sketch, key)
    meanings = {role.name: role.meaning for role in roles_of(TABLES[sketch.table])}
    headers = {str(column.role): (place, column) for place, column in enumerate(sketch.columns) if column.role}
    cells = sketch.understood[row].cells if sketch.understood else {}
    rows = [
        _column(sketch, row, name, meaning, headers.get(name), cells.get(name))
        for name, meaning in meanings.items()
        if name in headers or (name in cells and name != "kind")
    ]
    with st.container(key="understood"):  # look.py fits it to a phone
        tables.static(rows, alt=_("Columns found in the file"))
    if sketch.runners_up:
        others = ", ".join(f"{plain(other.header)} ({label(other.role)})" for other in sketch.runners_up)
        st.caption(
            _("Other columns that could be meant: {others}. Choose under “Change columns”.").format(others=others)
        )
    _not_used([plain(column.header) for column in sketch.columns if not column.role])


def _not_used(headers: list[str]) -> None:
    if not headers:
        return
    shown, more = ", ".join(headers[:_FEW]), len(headers) - _FEW
    if more <= 0:
        st.caption(_("Not used: {columns}").format(columns=shown))
        return
    text = ngettext("Not used: {columns} and {n} more", "Not used: {columns} and {n} more", more)
    st.caption(text.format(columns=shown, n=more), help=", ".join(headers[_FEW:]))


def first_rows(sketch: FileSketch) -> None:
    """The first rows as they will be loaded, each with the reason for which it would not be."""
    if not sketch.understood:
        st.caption(_("The first rows are shown when the questions above are answered."))
        return
    names = [name for name in TABLES[sketch.table].names if any(name in row.cells for row in sketch.understood)]
    if not any(column.role == "order_id" for column in sketch.columns):
        names = [name for name in names if name != "order_id"]
    frame = pd.DataFrame(
        [
            {_("Line"): row.line_no}
            | {label(name): _told(sketch.table, name, row.cells.get(name)) for name in names}
            | {_("Set aside because"): _(row.sentence) if row.sentence else ""}
            for row in sketch.understood
        ]
    )
    if not any(row.sentence for row in sketch.understood):
        frame = frame.drop(columns=_("Set aside because"))
    st.dataframe(frame, hide_index=True, alt=_("The first rows as they will be loaded"))


def _choose_row(sketch: FileSketch, key: str) -> int:
    """Which of the first rows is shown beside the columns."""
    lines = [row.line_no for row in sketch.understood]
    if len(lines) < 2:
        return 0
    line = st.select_slider(_("Line of the file"), lines, key=key, width=320)
    return lines.index(line)


def _column(
    sketch: FileSketch, row: int, name: str, meaning: str, found: tuple[int, ColumnSketch] | None, value: str | None
) -> dict[str, str]:
    place, column = found or (None, None)
    says = sketch.first_rows[row][place] if place is not None and sketch.first_rows else None
    return {
        _("In your file"): plain(column.header) if column else _("(worked out)"),
        _("It says"): plain(_shown(name, says)),
        _("Taken for"): label(name),
        _("Understood as"): plain(_understood(sketch.table, name, says, value)) if sketch.understood else "",
        _("Which means"): plain(re.split("[.;:]", _(meaning))[0]),
        _("How it is known"): how_known(column) if column else "",
    }


def _understood(table: str, name: str, says: str | None, value: str | None) -> str:
    """A value as it will be loaded; what a row is taken for that does not say it."""
    if name == "order_id" and not says:
        return _("(an order of its own)")
    if name == "customer_id" and value is None:
        return _("(a guest)")
    return _told(table, name, value)


def how_known(column: ColumnSketch) -> str:
    """How it is known, in words: a name can mislead, so nothing is called sure."""
    if column.how == "explicit":
        return _("you said so")
    if column.how == "preset":
        return _("as this export writes it")
    if column.how == "values":
        return _("a guess, by its values")
    return _("by its name") if column.confidence >= 0.9 else _("likely, by its name")


def _shown(name: str, text: str | None) -> str:
    """A value of the file that fits into a cell; names, e-mails and phones of people are not spelt out."""
    if not text:
        return ""
    if is_personal(name):
        return _("(not shown)")
    text = discreet(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _told(table: str, name: str, value: str | None) -> str:
    """A value as it will be loaded, in the one format of its type."""
    if value is None:
        return ""
    kind: Any = next((role.type for role in roles_of(TABLES[table]) if role.name == name), "text")
    if kind in ("money", "number", "integer"):
        return format_exact(Decimal(value)) if kind == "money" else format_value(Decimal(value), "number")
    if kind in ("timestamp", "date"):
        return f"{period_label(value, 'day')} {value[11:16]}".strip()
    if kind == "boolean":
        return _("yes") if value == "True" else _("no")
    return label(value) if kind == "code" else _shown(name, value)
