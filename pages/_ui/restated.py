"""Which figures of the past an import or an undo moved."""

from decimal import Decimal

import pandas as pd
import streamlit as st

from loyalty_metrics.language import _, format_exact, format_value, label, ngettext, period_label
from pages._ui import tables
from pages._ui.view import View

_SHOWN = 24


def show(view: View, import_id: int) -> None:
    """List the figures of months gone by that an import moved; nothing where it moved none."""
    moved = view.workspace.restatements(import_id)
    if len(moved):
        n = len(moved)
        st.markdown(ngettext("**{n} figure of the past moved:**", "**{n} figures of the past moved:**", n).format(n=n))
        _table(view, moved, _("Before"), _("Now"))


def preview(view: View, import_id: int) -> None:
    """List the figures of months gone by that taking an import back would move."""
    with st.spinner(_("Trying it out; nothing is changed.")):
        moved = view.workspace.undo_would_move(import_id)
    if moved.empty:
        st.markdown(_("No figure of the past would move."))
        return
    n = len(moved)
    words = ngettext("**{n} figure of the past would move:**", "**{n} figures of the past would move:**", n)
    st.markdown(words.format(n=n))
    _table(view, moved, _("Now"), _("Without this file"))


def _table(view: View, moved: pd.DataFrame, before: str, after: str) -> None:
    rows = [
        {
            _("Month"): period_label(row["month"], "month"),
            _("Figure"): label(row["figure"]),
            before: _told(view, row["figure"], row["before"]),
            after: _told(view, row["figure"], row["after"]),
            _("Because of"): _because(row["rows"]),
        }
        for row in moved.head(_SHOWN).to_dict("records")
    ]
    tables.static(rows, alt=_("Figures of the past that moved"))
    if len(moved) > _SHOWN:
        st.caption(_("{n} more are not listed.").format(n=len(moved) - _SHOWN))


def _because(rows: int) -> str:
    """A first purchase that moves to an earlier month moves figures of both months."""
    if not rows:
        return _("rows of other months")
    return ngettext("{n} row of that month", "{n} rows of that month", rows).format(n=format_value(rows, "count"))


def _told(view: View, figure: str, value: float) -> str:
    if figure == "revenue":
        return format_exact(Decimal(f"{value:.4f}"), view.currency)
    return format_value(value, "count")
