"""Which figures of the past an import or an undo moved."""

from decimal import Decimal

import streamlit as st

from loyalty_metrics.language import _, format_exact, format_value, label, ngettext, period_label
from pages._ui import tables
from pages._ui.view import View

_SHOWN = 24


def show(view: View, import_id: int) -> None:
    """List the figures of months gone by that an import moved; nothing where it moved none."""
    moved = view.workspace.restatements(import_id)
    if moved.empty:
        return
    n = len(moved)
    st.markdown(ngettext("**{n} figure of the past moved:**", "**{n} figures of the past moved:**", n).format(n=n))
    rows = [
        {
            _("Month"): period_label(row["month"], "month"),
            _("Figure"): label(row["figure"]),
            _("Before"): _told(view, row["figure"], row["before"]),
            _("Now"): _told(view, row["figure"], row["after"]),
            _("Because of"): _because(row["rows"]),
        }
        for row in moved.head(_SHOWN).to_dict("records")
    ]
    tables.static(rows, alt=_("Figures of the past that moved"))
    if n > _SHOWN:
        st.caption(_("{n} more are not listed.").format(n=n - _SHOWN))


def _because(rows: int) -> str:
    """A first purchase that moves to an earlier month moves figures of both months."""
    if not rows:
        return _("rows of other months")
    return ngettext("{n} row of that month", "{n} rows of that month", rows).format(n=format_value(rows, "count"))


def _told(view: View, figure: str, value: float) -> str:
    if figure == "revenue":
        return format_exact(Decimal(f"{value:.4f}"), view.currency)
    return format_value(value, "count")
