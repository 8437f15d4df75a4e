"""Who the customers are: the RFM map, its segments, and repeats against spend."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import cells, theme
from loyalty_metrics.language import _, format_value, label, ngettext

SCORES, DECILES = 5, 10
HIGH_DECILE = 8
"""The top three deciles count as loyal, or as big."""

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
    chart.update_layout(shapes=[_tile(row) for row in theme.records(frame)])
    held = frame[frame["customers"] > 0]
    chart.add_trace(_bubbles(held, currency))
    chart.add_trace(_cell_texts(held, currency))
    for row in _name_places(frame):
        chart.add_annotation(
            text=_two_lines(label(row["segment"])),
            x=row["fm_score"] - 0.46, y=row["r_score"] + 0.46, xanchor="left", yanchor="top",
            align="left", showarrow=False, font={"size": 10, "color": theme.INK},
        )  # fmt: skip
    note = f"<span style='font-size:0.8em'>{_('In each cell: customers, and their revenue')}</span>"
    scores = list(range(1, SCORES + 1))
    edges = {"range": [0.5, SCORES + 0.5], "showgrid": False, "tickvals": scores}
    chart.update_layout(
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
    chart = theme.figure(64 + 40 * len(held))
    looks = (
        ("customer_share", _("Share of customers"), [theme.faded(theme.GREY, 0.6)] * len(held)),
        ("revenue_share", _("Share of revenue"), [theme.segment_colour(segment) for segment in held["segment"]]),
    )
    for column, name, colours in looks:
        chart.add_trace(_share_bars(held, column, name, colours, currency))
    shares = held[["customer_share", "revenue_share"]].astype("float64").fillna(0.0)
    names = [label(segment) for segment in held["segment"]]
    lowest, widest = min(0.0, float(shares.to_numpy().min())), float(shares.to_numpy().max())
    chart.update_layout(
        barmode="group",
        bargap=0.3,
        xaxis=theme.axis(visible=False, range=[lowest * 1.15, widest * 1.15]),
        yaxis=theme.axis(autorange="reversed", showgrid=False, ticklabelstandoff=4, tickvals=names, ticktext=names),
        legend={"traceorder": "normal"},
    )
    return theme.fit(chart)


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


def _tile(row: dict[str, Any]) -> dict[str, Any]:
    """The ground of a cell, in its segment's colour."""
    x, y = row["fm_score"], row["r_score"]
    return {
        "type": "rect", "layer": "below", "line": {"width": 0},
        "x0": x - 0.49, "x1": x + 0.49, "y0": y - 0.49, "y1": y + 0.49,
        "fillcolor": theme.faded(theme.segment_colour(row["segment"]), 0.18),
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
        _customers(row["customers"]),
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


def _share_bars(held: pd.DataFrame, column: str, name: str, colours: list[str], currency: str | None) -> go.Bar:
    return go.Bar(
        y=[label(segment) for segment in held["segment"]],
        x=held[column].astype("float64").tolist(),
        orientation="h",
        name=name,
        marker={"color": colours, "line": {"width": 0}},
        text=[format_value(share, "share", compact=True) for share in held[column]],
        textposition="outside",
        textfont={"color": theme.INK},
        cliponaxis=False,
        **theme.PALE_UNSELECTED,
        **theme.STEADY_TEXT,
        customdata=[[segment] for segment in held["segment"]],
        hovertext=[_segment_hover(row, currency) for row in theme.records(held)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _segment_hover(row: dict[str, Any], currency: str | None) -> str:
    shares = _("{customers} of customers, {revenue} of revenue").format(
        customers=format_value(row["customer_share"], "share"), revenue=format_value(row["revenue_share"], "share")
    )
    lines = (
        f"<b>{theme.safe(label(row['segment']))}</b>",
        shares,
        _customers(row["customers"]),
        _("{money} a customer").format(money=format_value(row["mean_revenue"], "money", currency)),
        _("last purchase {days} ago on average").format(days=format_value(round(row["mean_recency_days"]), "days")),
        _("{n} purchases on average").format(n=format_value(row["mean_frequency"], "number")),
    )
    return "<br>".join(lines)


def _customers(n: int) -> str:
    return ngettext("{n} customer", "{n} customers", n).format(n=format_value(n, "count"))


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
        f"<b>{_customers(row['customers'])}</b>, {theme.safe(label(row['kind'])).lower()}",
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
        facts = (f"<b>{label(kind)}</b>", _customers(n), format_value(money, "money", currency, compact=True))
        chart.add_annotation(
            text="<br>".join(facts),
            x=x, y=y, xanchor=xanchor, yanchor=yanchor, align=xanchor, showarrow=False,
        )  # fmt: skip
