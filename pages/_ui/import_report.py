"""The account of one import: what was read, what was loaded, what was set aside and why; in rows and in money."""

import streamlit as st

from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.language import _, format_value, label, period_label, plain
from pages._ui import tables

_IN_SENTENCE = ("customers", "orders", "first_date", "last_date")


def sentence(report: ImportReport, currency: str | None) -> str:
    """What the file holds, in one line for markdown."""
    facts = report.facts
    parts = [_("**{n}** rows").format(n=format_value(report.loaded, "count"))]
    if report.set_aside:
        n = format_value(report.set_aside, "count")
        parts[0] = _("**{loaded}** rows, {n} more set aside").format(loaded=format_value(report.loaded, "count"), n=n)
    for name, text in (("orders", _("**{n}** orders")), ("customers", _("**{n}** customers"))):
        if facts.get(name):
            parts.append(text.format(n=format_value(facts[name], "count")))
    if facts.get("first_date"):
        days = {name: period_label(facts[name], "day") for name in ("first_date", "last_date")}
        parts.append(_("{first_date} to {last_date}").format(**days))
    if report.money_loaded:
        parts.append(f"**{plain(format_value(report.money_loaded, 'money', currency))}**")
    return " · ".join(parts)


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
    if told := _facts(report):
        st.markdown(told)
    if report.notes:
        st.caption("\n".join(f"- {plain(_(note))}" for note in report.notes))


def _facts(report: ImportReport) -> str:
    """Counts that make an analyst look twice, in one line; what did not occur is left out."""
    told = {name: value for name, value in report.facts.items() if value and name not in _IN_SENTENCE}
    return " · ".join(f"{label(name)}: **{format_value(value, 'count')}**" for name, value in told.items())
