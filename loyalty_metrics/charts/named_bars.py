"""Lying bars whose names stand over them, so that a phone has room for both."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from loyalty_metrics.charts import theme


class Bar(NamedTuple):
    """One bar.

    Attributes:
        told: What stands over it; chart text, with what comes from data made safe.
        length: How long it is; below 0 it goes to the left.
        colour: Its colour.
        hover: What is told under the pointer; chart text.
        start: Where it begins.
        key: What picks its customers; nothing where a click picks none.
    """

    told: str
    length: float
    colour: str
    hover: str
    start: float = 0.0
    key: tuple[Any, ...] = ()


def named_bars(bars: Sequence[Bar], height: int, xaxis: dict[str, Any]) -> go.Figure:
    """Draw the bars, the first on top.

    Args:
        bars: At least one.
        height: Of the figure, in pixels.
        xaxis: The layout of the axis they lie along.
    """
    upwards = bars[::-1]
    chart = theme.figure(height)
    chart.add_trace(
        go.Bar(
            y=list(range(len(upwards))),
            x=[bar.length for bar in upwards],
            base=[bar.start for bar in upwards],
            orientation="h",
            marker={"color": [bar.colour for bar in upwards], "line": {"width": 0}},
            **theme.PALE_UNSELECTED,
            customdata=[list(bar.key) for bar in upwards],
            hovertext=[bar.hover for bar in upwards],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    for place, bar in enumerate(upwards):
        chart.add_annotation(text=bar.told, x=0, xref="paper", y=place + 0.5, xanchor="left", showarrow=False)
    chart.update_layout(
        bargap=0.66,
        xaxis=xaxis,
        yaxis=theme.axis(visible=False, range=[-0.5, len(bars) - 0.2]),
        margin={"t": 8, "l": 8, "r": 16},
    )
    return theme.fit(chart)
