"""One measure on a page: heading, answer, picture, and the four things anybody may ask of it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from loyalty_metrics.charts.theme import CONFIG
from loyalty_metrics.language import _, without_markup
from loyalty_metrics.workspace import Result
from pages._ui import mishap, panels
from pages._ui.view import View

WHO, SQL, DEFINITION, DOWNLOAD = "who", "sql", "definition", "download"


@st.fragment
@mishap.told()
def show(
    view: View,
    result: Result,
    *,
    heading: str,
    answer: str = "",
    figure: go.Figure | None = None,
    table: Callable[[], None] | None = None,
    pick: Sequence[str] = (),
    cells: panels.Cells | None = None,
    key: str | None = None,
) -> None:
    """Draw a measure.

    Args:
        view: What the page is about.
        result: The measure's figures.
        heading: What the block answers, in a few words.
        answer: The sentence with the number.
        figure: The chart.
        table: Draws a table under the chart.
        pick: The parts of a cell that a clicked point names, as its custom data ends.
        cells: The values each part of a cell can take; without it they are those of the result's own columns.
        key: Tells two blocks of one measure apart.
    """
    key = key or result.card.name
    st.subheader(heading, anchor=False)
    if answer:
        st.markdown(answer)
    cells = cells if cells is not None else _cells(result)
    if not all(cells.values()):
        cells = {}  # of a part without a value there is nobody
    if figure is not None:
        _chart(view, figure, answer or heading, pick, cells, key)
    if table:
        table()
    _ask(view, result, cells, key)


def _chart(view: View, figure: go.Figure, told: str, pick: Sequence[str], cells: panels.Cells, key: str) -> None:
    chart_key = view.key(f"{key}.chart")
    how: dict[str, Any] = {"config": CONFIG, "key": chart_key, "alt": without_markup(told)[:400]}
    if pick:
        how |= {"selection_mode": "points", "on_select": partial(_clicked, chart_key, pick, cells, key)}
    st.plotly_chart(figure, **how)


def _clicked(chart_key: str, pick: Sequence[str], cells: panels.Cells, key: str) -> None:
    """Open "who?" at the point that was clicked; a point that stands for no single cell opens nothing."""
    points = st.session_state[chart_key].selection.points
    custom = points[0].get("customdata") if points else None
    if not isinstance(custom, list | tuple):
        return
    named = dict(zip(pick, custom[-len(pick) :], strict=False))
    cell = {
        name: next((one for one in cells.get(name, ()) if str(one) == str(value)), None)
        for name, value in named.items()
    }
    if len(cell) < len(pick) or None in cell.values():
        return
    for name, value in cell.items():
        st.session_state[f"{key}.cell.{name}"] = value
    st.session_state[f"{key}.panel"] = WHO


def _ask(view: View, result: Result, cells: panels.Cells, key: str) -> None:
    texts = {WHO: _("Who?"), SQL: _("SQL"), DEFINITION: _("Definition"), DOWNLOAD: _("Download")}
    options = [option for option in texts if option != WHO or cells]
    asked = st.pills(
        _("Ask about this figure"),
        options,
        key=f"{key}.panel",
        format_func=texts.get,
        label_visibility="collapsed",
    )
    with mishap.told():
        _panel(view, result, cells, key, asked)


def _panel(view: View, result: Result, cells: panels.Cells, key: str, asked: str | None) -> None:
    match asked:
        case "who":
            panels.who(view, result, cells, key)
        case "sql":
            panels.sql(result)
        case "definition":
            panels.definition(result.card)
        case "download":
            panels.files(view, result, key)


def _cells(result: Result) -> dict[str, list[Any]]:
    """The values of the columns that pick customers, as the result itself has them."""
    found = {name: _values(result.frame[name]) for name in result.card.who_keys if name in result.frame}
    return {name: values for name, values in found.items() if values}


def _values(column: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.date
    return column.dropna().drop_duplicates().tolist()
