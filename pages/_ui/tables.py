"""Tables as people read them: labelled columns, one number format, codes in words."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics.language import UNKNOWN, format_interval, format_value, label

EAGER = 1_000
"""Of so many rows Streamlit sends all; then it can search them, too."""

_CENTS = "%,.2f"
_FORMATS = {"share": "percent", "count": "localized", "number": "localized", "days": "localized"}


def grid(
    frame: pd.DataFrame, units: Mapping[str, str], key: str, alt: str, chosen: Callable[[int], None] | None = None
) -> None:
    """A long table that can be sorted; rows go to the browser as they are scrolled to.

    Args:
        frame: Its rows.
        units: Of the columns.
        key: The widget's key.
        alt: What it is, for screen readers.
        chosen: Is given the place of the row whose box is ticked; without it, and in tables of more than `EAGER` rows,
            rows have none.
    """
    shown = frame.copy()
    for name in shown.columns:
        if units.get(name) == "code":
            shown[name] = shown[name].map({code: label(str(code)) for code in shown[name].dropna().unique()})
        elif pd.api.types.is_float_dtype(shown[name]) and units.get(name) != "share":
            shown[name] = shown[name].round(2)
    config = {name: _column(name, units.get(name), shown[name]) for name in shown.columns}
    is_long = len(shown) > EAGER
    # Rows that are still to be fetched cannot be ticked.
    ticks = chosen is not None and not is_long
    how: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"} if ticks else {}
    st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        key=key,
        alt=alt,
        height=_height(len(shown)),
        lazy=is_long,
        placeholder=UNKNOWN,
        **how,
    )
    rows = st.session_state[key].selection.rows if ticks else []
    if chosen and rows:
        chosen(rows[0])


def static(rows: list[dict[str, Any]], alt: str, wide: bool = False) -> None:
    """A short table that is read at a glance; cells are text, `wide` is for sentences."""
    width = "stretch" if wide else "content"
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt=alt, width=width)


def figures(frame: pd.DataFrame, names: Mapping[str, str], currency: str | None) -> list[dict[str, str]]:
    """Rows of a measure with one figure a row, as text: what, how much, how sure, out of what."""
    return [
        {
            names["figure"]: label(row["figure"]),
            names["value"]: format_value(row["value"], row["unit"], currency),
            names["interval"]: format_interval(row["low"], row["high"], row["unit"], currency),
            names["base"]: format_value(row["denominator"], "count"),
        }
        for row in frame.to_dict("records")
    ]


def with_interval(row: Mapping[Any, Any], share: str, low: str = "low", high: str = "high") -> str:
    """A share and its interval in one cell, so that the table fits a phone."""
    told = format_value(row[share], "share")
    interval = format_interval(row[low], row[high], "share")
    return f"{told} ({interval})" if interval != format_value(None, "share") else told


def _column(name: str, unit: str | None, values: pd.Series) -> Any:
    title = label(name)
    if pd.api.types.is_datetime64_any_dtype(values) or unit == "date":
        return st.column_config.DateColumn(title, format="D MMM YYYY")
    if pd.api.types.is_numeric_dtype(values):
        # Cents in one row of a column are cents in all of them, or the points do not stand below each other.
        is_broken = unit == "money" and bool((values.dropna() % 1 != 0).any())
        return st.column_config.NumberColumn(
            title, format=_CENTS if is_broken else _FORMATS.get(unit or "", "localized")
        )
    return st.column_config.Column(title)


def _height(rows: int) -> int:
    return min(38 + 35 * max(rows, 1), 320)
