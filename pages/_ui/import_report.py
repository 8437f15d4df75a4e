"""The account of one import: what was read, what was loaded, what was set aside and why; in rows and in money."""

import streamlit as st

from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.language import _, format_value, label, period_label, plain
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
    if report.notes:
        st.caption("\n".join(f"- {plain(note)}" for note in report.notes))


def _facts(report: ImportReport) -> str:
    """What everybody wants to know, in one line; what did not occur is left out."""
    told = [f"{label(name)}: **{_fact(name, value)}**" for name, value in report.facts.items() if value]
    return " · ".join(told)


def _fact(name: str, value: int | str) -> str:
    return plain(period_label(value, "day") if name.endswith("_date") else format_value(value, "count"))
