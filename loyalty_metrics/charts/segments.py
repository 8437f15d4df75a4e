"""Who the customers are: the RFM map and its segments."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.shares import share_pairs
from loyalty_metrics.language import _, format_value, label

SCORES = 5

BUBBLE = 40
"""Diameter in pixels of the fullest cell of the RFM map: what fits between two lines of text on a phone."""


def rfm_map(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Customers by how recently they bought, against how often and how much.

    Args:
        frame: The measure `rfm_map`.
        currency: Of the revenue.

    Returns:
        Five by five cells in the colours of their segments; the bubble's area is the number of customers, with
        customers and money written under it. customdata is [r_score, fm_score].
    """
    if frame["customers"].sum() == 0:
        return theme.empty()
    chart = theme.figure(560)
    held = frame[frame["customers"] > 0]
    chart.add_trace(_bubbles(held, currency))
    chart.add_trace(_cell_texts(held, currency))
    note = f"<span style='font-size:0.8em'>{_('In each cell: customers, and their revenue')}</span>"
    scores = list(range(1, SCORES + 1))
    edges = {"range": [0.5, SCORES + 0.5], "showgrid": False, "tickvals": scores}
    # All at once: each change of a layout checks the whole of it.
    chart.update_layout(
        shapes=[_tile(row) for row in theme.records(frame)],
        annotations=[_name(row) for row in _name_places(frame)],
        xaxis=theme.axis(
            title={"text": f"{_('Seldom and little  ←  purchases  →  often and much')}<br>{note}"}, **edges
        ),
        yaxis=theme.axis(title={"text": _("Long ago  ←  last purchase  →  recently")}, **edges),
        margin={"t": 8},
        hoverdistance=80,
    )
    return theme.fit(chart)


def segment_bars(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Each segment's share of customers beside its share of revenue.

    Args:
        frame: The measure `rfm_segments`.
        currency: Of the revenue.

    Returns:
        Two bars a segment, best segment on top; customdata is [segment].
    """
    held = frame[frame["customers"] > 0]
    if held.empty:
        return theme.empty()
    colours = [theme.segment_colour(segment) for segment in held["segment"]]
    return share_pairs(held, "segment", colours, [_segment_hover(row, currency) for row in theme.records(held)])


def _tile(row: dict[str, Any]) -> dict[str, Any]:
    """The ground of a cell, in its segment's colour."""
    x, y = row["fm_score"], row["r_score"]
    return {
        "type": "rect", "layer": "below", "line": {"width": 0},
        "x0": x - 0.49, "x1": x + 0.49, "y0": y - 0.49, "y1": y + 0.49,
        "fillcolor": theme.faded(theme.segment_colour(row["segment"]), 0.18),
    }  # fmt: skip


def _name(row: dict[str, Any]) -> dict[str, Any]:
    """The name of a segment, in a corner of a cell of it."""
    return {
        "text": _two_lines(label(row["segment"])),
        "x": row["fm_score"] - 0.46, "y": row["r_score"] + 0.46, "xanchor": "left", "yanchor": "top",
        "align": "left", "showarrow": False, "font": {"size": 10, "color": theme.INK},
    }  # fmt: skip


def _bubbles(held: pd.DataFrame, currency: str | None) -> go.Scatter:
    most = int(held["customers"].max())
    return go.Scatter(
        x=held["fm_score"].tolist(),
        y=(held["r_score"] + 0.02).tolist(),
        mode="markers",
        marker={
            "size": held["customers"].tolist(),
            "sizemode": "area",
            "sizeref": 2.0 * most / BUBBLE**2,
            "sizemin": 3,
            "color": [theme.segment_colour(segment) for segment in held["segment"]],
            "opacity": 1,
            "line": {"width": 0},
        },
        **theme.PALE_UNSELECTED,
        customdata=[[int(r), int(fm)] for r, fm in zip(held["r_score"], held["fm_score"], strict=True)],
        hovertext=[_rfm_hover(row, currency) for row in theme.records(held)],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _rfm_hover(row: dict[str, Any], currency: str | None) -> str:
    lines = (
        f"<b>{theme.safe(label(row['segment']))}</b>",
        customers_counted(row["customers"]),
        _("{money} in all").format(money=format_value(row["revenue"], "money", currency)),
        _("{money} a customer").format(money=format_value(row["mean_revenue"], "money", currency)),
        _("Recency {r} of 5, frequency and money {fm} of 5").format(r=row["r_score"], fm=row["fm_score"]),
    )
    return "<br>".join(lines)


def _cell_texts(held: pd.DataFrame, currency: str | None) -> go.Scatter:
    return go.Scatter(
        x=held["fm_score"].tolist(),
        y=(held["r_score"] - 0.34).tolist(),
        mode="text",
        text=[
            f"<b>{format_value(n, 'count', compact=True)}</b><br>{format_value(money, 'money', currency, compact=True)}"
            for n, money in zip(held["customers"], held["revenue"], strict=True)
        ],
        textfont={"size": 11, "color": theme.INK},
        **theme.STEADY_TEXT,
        hoverinfo="skip",
        showlegend=False,
    )


def _name_places(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One cell of each segment, the best one, carries its name."""
    ordered = frame.sort_values(["r_score", "fm_score"], ascending=[False, True])
    return theme.records(ordered.drop_duplicates("segment"))


def _two_lines(name: str) -> str:
    """A long name on two lines, for the cells of a phone are narrow."""
    return theme.safe(name).replace(" ", "<br>", 1) if len(name) > 11 else theme.safe(name)


def _segment_hover(row: dict[str, Any], currency: str | None) -> str:
    shares = _("{customers} of customers, {revenue} of revenue").format(
        customers=format_value(row["customer_share"], "share"), revenue=format_value(row["revenue_share"], "share")
    )
    lines = (
        f"<b>{theme.safe(label(row['segment']))}</b>",
        shares,
        customers_counted(row["customers"]),
        _("{money} a customer").format(money=format_value(row["mean_revenue"], "money", currency)),
        _("last purchase {days} ago on average").format(days=format_value(round(row["mean_recency_days"]), "days")),
        _("{n} purchases on average").format(n=format_value(row["mean_frequency"], "number")),
    )
    return "<br>".join(lines)
