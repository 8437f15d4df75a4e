"""What can be opened under every measure: who, the SQL, the definition, the files."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from loyalty_metrics import answers, export
from loyalty_metrics.card import Card
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label, or_unknown, period_label, plain
from loyalty_metrics.review_shape import EVERYBODY
from loyalty_metrics.workspace import Result
from pages._ui import listing, tables, workspaces
from pages._ui.view import View

Cells = Mapping[str, Sequence[Any]]
"""The values that each part of a cell can take; `theme.EVERY` among them picks nobody out."""


def who(view: View, result: Result, cells: Cells, key: str) -> None:
    """The customers behind a cell: the one clicked in the chart, or one chosen here."""
    if any(len(values) > 1 for values in cells.values()):
        st.caption(_("Click a part of the chart, or choose here."))
    with st.container(horizontal=True):
        cell = {name: _choose(view, name, values, f"{key}.cell.{name}") for name, values in cells.items()}
    cell = {name: value for name, value in cell.items() if value != theme.EVERY}
    of_all = ("attribute", "value") if cell.get("attribute") == EVERYBODY else ()
    told = ", ".join(f"{label(name)}: {_told(view, name, cell[name])}" for name in cell if name not in of_all)
    listing.show(view, listing.behind(view, result.card, cell, plain(told)), f"{key}.who")


def sql(result: Result) -> None:
    """The statement, with its values in it."""
    st.caption(_("Runs as it stands in the DuckDB shell on the workspace's file."))
    st.code(result.sql, language="sql", height=360)


def definition(card: Card) -> None:
    """The card, for people."""
    st.markdown(f"**{plain(_(card.title))}** — {plain(_(card.definition))}")
    parts = {
        _("Unit"): card.unit,
        _("One row is"): card.grain.removeprefix("one row "),
        _("Formula"): card.formula,
        _("Mind"): card.caveats,
        _("Source"): card.source,
    }
    st.markdown("\n".join(f"- **{name}:** {plain(_(text))}" for name, text in parts.items() if text))
    if card.columns:
        columns = [{_("Column"): label(c.name), _("Name"): c.name, _("Meaning"): _(c.meaning)} for c in card.columns]
        tables.static(columns, alt=_("Columns of this measure"))


def files(view: View, result: Result, key: str) -> None:
    """The figures as CSV and XLSX."""
    workspace = workspaces.title(view.name)
    notes = export.about(result, workspace=workspace) | export.columns(result)
    with st.container(horizontal=True):
        for ending, (make, mime) in listing.FILES.items():
            st.download_button(
                _("Download {format}").format(format=ending.upper()),
                lambda make=make: make(export.stamped(result, workspace), notes),
                file_name=f"{result.card.name}_{result.scope.as_of}.{ending}",
                mime=mime,
                key=view.key(f"{key}.{ending}"),
                on_click="ignore",
            )


def _choose(view: View, name: str, values: Sequence[Any], key: str) -> Any:
    """One of the values; where there is but one, nothing is asked."""
    if len(values) == 1:
        return values[0]
    if st.session_state.get(key) not in values:
        st.session_state[key] = values[0]
    return st.selectbox(label(name), values, key=key, format_func=lambda value: _told(view, name, value), width=240)


def _told(view: View, name: str, value: Any) -> str:
    if isinstance(value, tuple) and isinstance(value[0], date):
        return " – ".join(period_label(end, view.scope.grain) for end in value)
    if isinstance(value, date):
        return period_label(value, view.scope.grain if name in ("cohort", "period", "week") else "day")
    if value == "":
        return or_unknown(value)
    if value == theme.EVERY:
        return _("All")
    if isinstance(value, tuple):
        low, high = (format_value(end, "count") for end in value)
        return _("{low} to {high}").format(low=low, high=high)
    if name == "need":
        return answers.need_name(value)
    if name == "group_name":
        return str(value)
    return label(value) if isinstance(value, str) else format_value(value, "count")
