"""Repeats against spend: who is loyal, who is big, and what each corner brings."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import cells, theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.shares import share_pairs
from loyalty_metrics.language import _, format_value, label

DECILES = 10
HIGH_DECILE = 8
"""The top three deciles count as loyal, or as big."""

CORNER_COLOURS = {
    "loyal and big": theme.GREEN,
    "loyal but small": theme.SKY,
    "big but not loyal": theme.ORANGE,
    "neither": theme.GREY,
}


def repeats_vs_spend(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """How often customers come against how much they spend: frequent and big are not the same people.

    Args:
        frame: The measure `repeats_vs_spend`.
        currency: Of the revenue.

    Returns:
        Ten by ten cells coloured by customers, with the corners named; customdata is [repeat_decile, spend_decile].
    """
    if frame["customers"].sum() == 0:
        return theme.empty()
    chart = theme.figure(520)
    chart.add_trace(_decile_colours(frame))
    chart.add_trace(_decile_markers(frame, currency))
    _name_corners(chart, frame, currency)
    border = HIGH_DECILE - 0.5
    line = {"color": theme.HATCH, "width": 2, "dash": "dot"}
    chart.add_shape(type="line", x0=border, x1=border, y0=0.5, y1=DECILES + 0.5, line=line)
    chart.add_shape(type="line", x0=0.5, x1=DECILES + 0.5, y0=border, y1=border, line=line)
    edges = {"range": [0.5, DECILES + 0.5], "showgrid": False, "showticklabels": False}
    chart.update_layout(
        xaxis=theme.axis(title={"text": _("Spends little  ←  →  spends much"), "standoff": 56}, **edges),
        yaxis=theme.axis(title={"text": _("Buys seldom  ←  →  buys often")}, **edges),
        coloraxis={"colorscale": theme.SEQUENTIAL, "cmin": 0, "cmax": _colour_top(frame), "showscale": False},
        margin={"t": 60, "b": 80},
        hoverdistance=60,
    )
    return theme.fit(chart)


def corner_bars(corners: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """What each corner is of all customers, and what it brings.

    Args:
        corners: `measures.loyalty.corners`.
        currency: Of the revenue.

    Returns:
        Two bars a corner; customdata is [kind].
    """
    held = corners[corners["customers"] > 0]
    if held.empty:
        return theme.empty()
    colours = [CORNER_COLOURS[kind] for kind in held["kind"]]
    return share_pairs(held, "kind", colours, [_decile_hover(row, currency) for row in theme.records(held)])


def _colour_top(frame: pd.DataFrame) -> float:
    """One crowded cell of one-time buyers must not pale the rest."""
    return max(1.0, float(np.quantile(frame["customers"].to_numpy("float64"), 0.95)))


def _decile_colours(frame: pd.DataFrame) -> go.Heatmap:
    grid: list[list[int | None]] = [[None] * DECILES for _row in range(DECILES)]
    for row in theme.records(frame):
        grid[row["repeat_decile"] - 1][row["spend_decile"] - 1] = int(row["customers"])
    deciles = list(range(1, DECILES + 1))
    return go.Heatmap(z=grid, x=deciles, y=deciles, coloraxis="coloraxis", xgap=1, ygap=1, hoverinfo="skip")


def _decile_markers(frame: pd.DataFrame, currency: str | None) -> go.Scatter:
    return cells.touchable(
        frame["spend_decile"].tolist(),
        frame["repeat_decile"].tolist(),
        size=24,
        customdata=[[int(r), int(s)] for r, s in zip(frame["repeat_decile"], frame["spend_decile"], strict=True)],
        hovertext=[_decile_hover(row, currency) for row in theme.records(frame)],
    )


def _decile_hover(row: dict[str, Any], currency: str | None) -> str:
    n = max(int(row["customers"]), 1)
    lines = (
        f"<b>{customers_counted(row['customers'])}</b>, {theme.safe(label(row['kind'])).lower()}",
        _("{n} purchases each on average").format(n=format_value(row["occasions"] / n, "number")),
        _("{money} a customer").format(money=format_value(float(row["revenue"]) / n, "money", currency)),
    )
    return "<br>".join(lines)


def _name_corners(chart: go.Figure, frame: pd.DataFrame, currency: str | None) -> None:
    """Name, customers and money of each corner, outside the map where no cell lies beneath."""
    totals = frame.groupby("kind")[["customers", "revenue"]].sum()
    corners = (
        ("loyal but small", 0.5, DECILES + 0.5, "left", "bottom"),
        ("loyal and big", DECILES + 0.5, DECILES + 0.5, "right", "bottom"),
        ("neither", 0.5, 0.5, "left", "top"),
        ("big but not loyal", DECILES + 0.5, 0.5, "right", "top"),
    )
    for kind, x, y, xanchor, yanchor in corners:
        here = totals[totals.index == kind].sum()
        n, money = int(here["customers"]), float(here["revenue"])
        facts = (f"<b>{label(kind)}</b>", customers_counted(n), format_value(money, "money", currency, compact=True))
        chart.add_annotation(
            text="<br>".join(facts),
            x=x, y=y, xanchor=xanchor, yanchor=yanchor, align=xanchor, showarrow=False,
        )  # fmt: skip
