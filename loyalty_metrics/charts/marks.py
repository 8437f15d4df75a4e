"""Days on which something happened, marked on a chart over time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import period_label

_NEXT = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
}


def mark_days(
    chart: go.Figure, marks: Sequence[tuple[date, str]], periods: Sequence[Any], grain: str = "month"
) -> go.Figure:
    """Mark days on a chart whose periods stand side by side, the first at 0, the next at 1.

    Args:
        chart: It is changed.
        marks: Days and what happened on them; those outside the periods are left out.
        periods: The first days of the periods, in order.
        grain: Length of a period.

    Returns:
        The chart, with a dotted line for each day and a sign on top that tells under the pointer what happened.
    """
    for place, texts in sorted(places(marks, periods, grain).items()):
        chart.add_vline(place, line={"color": theme.HATCH, "width": 1, "dash": "dot"}, layer="below")
        chart.add_annotation(
            text="▾",
            x=place,
            y=1,
            xref="x",
            yref="paper",
            yanchor="top",
            yshift=4,
            showarrow=False,
            font={"size": 15},
            hovertext="<br>".join(theme.safe(text) for text in texts),
        )
    return chart


def places(marks: Sequence[tuple[date, str]], periods: Sequence[Any], grain: str = "month") -> dict[float, list[str]]:
    """Where each day lies among the periods, and what happened: half a place before a period's own is its first day."""
    firsts = [pd.Timestamp(day) for day in periods]
    found: dict[float, list[str]] = {}
    for day, text in marks:
        moment = pd.Timestamp(day)
        before = [place for place, first in enumerate(firsts) if first <= moment]
        if not before or moment >= firsts[before[-1]] + _NEXT[grain]:
            continue
        first = firsts[before[-1]]
        passed = (moment - first) / (first + _NEXT[grain] - first)
        told = f"{period_label(day, 'day')}: {text}"
        found.setdefault(round(before[-1] - 0.5 + passed, 3), []).append(told)
    return found
