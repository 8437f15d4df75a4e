"""The account of one import: what was read, what was loaded, what was set aside and why; in rows and in money."""

import streamlit as st

from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import tables


def show(report: ImportReport, currency: str | None) -> None:
    """Draw the bridge from the file to the table, the facts and the notes."""
    lines = [
        (_("Read from the file"), report.read, report.money_read),
        *((f"− {plain(_(reason.sentence))}", reason.rows, reason.money) for reason in report.reasons),
        (_("= Loaded"), report.loaded, report.money_loaded),
    ]
    rows = [
        {
            _("Account of the file"): text,
            _("Rows"): format_value(count, "count"),
            _("Money"): format_value(money, "money", currency),
        }
        for text, count, money in lines
    ]
    tables.static(rows, alt=_("Rows and money of the file"))
    st.markdown(_facts(report))
    for note in report.notes:
        st.caption(plain(note))


def _facts(report: ImportReport) -> str:
    """Counts everybody wants, in one line."""
    told = [
        f"{label(name)}: **{plain(format_value(value, 'count') if isinstance(value, int) else value)}**"
        for name, value in report.facts.items()
        if value is not None
    ]
    return " · ".join(told)
