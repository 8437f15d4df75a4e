"""How much the best customers bring: the Pareto curve."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, ngettext

TOP, CARRIED = 0.2, 0.8
TEXT_HEIGHT = 0.13
"""Of two lines of text, as a part of the chart's height."""

MOST_MARKERS = 100
"""Points that can be clicked; a thousand would cost more than the eye can use."""


def pareto_curve(curve: pd.DataFrame, summary: pd.DataFrame) -> go.Figure:
    """The share of value that the best customers bring, for every share of customers.

    Args:
        curve: The measure `pareto_curve`.
        summary: The measure `pareto_summary`.

    Returns:
        The curve, the line of equal customers, and two marks: what the best 20% bring, and how many bring 80%.
        customdata is [customers_up_to].
    """
    if curve.empty:
        return theme.empty()
    if curve["value_share"].isna().all():
        return theme.empty(_("Nothing to share out: the total is not above zero"))
    chart = theme.figure(440)
    chart.add_trace(_equality())
    chart.add_trace(_line(curve))
    chart.add_trace(_markers(curve))
    _add_marks(chart, summary)
    highest = float(curve["value_share"].max())
    ticks = {"tickformat": ".0%", "tickvals": [0.2, 0.4, 0.6, 0.8, 1.0]}
    chart.update_layout(
        xaxis=theme.axis(title={"text": _("Customers, best first")}, range=[0, 1.01], **ticks),
        yaxis=theme.axis(title={"text": _("Share of value")}, range=[0, max(1.04, highest * 1.02)], **ticks),
        margin={"t": 12, "r": 16},
        hoverdistance=80,
    )
    return theme.fit(chart)


def _equality() -> go.Scatter:
    return go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": theme.GREY, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
        showlegend=False,
    )


def _line(curve: pd.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=[0.0, *curve["customer_share"].round(5)],
        y=[0.0, *curve["value_share"].round(5)],
        mode="lines",
        line={"color": theme.BLUE, "width": 3},
        fill="tozeroy",
        fillcolor=theme.faded(theme.BLUE, 0.1),
        hoverinfo="skip",
        showlegend=False,
    )


def _markers(curve: pd.DataFrame) -> go.Scatter:
    """Points to hover and click, evenly spread over the customers."""
    picked = np.unique(np.linspace(0, len(curve) - 1, min(MOST_MARKERS, len(curve))).round().astype(int))
    rows = theme.records(curve.iloc[picked])
    return go.Scatter(
        x=[row["customer_share"] for row in rows],
        y=[row["value_share"] for row in rows],
        mode="markers",
        marker={"size": 10, "color": theme.CLEAR},
        selected={"marker": {"color": theme.ORANGE}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=[[int(row["customers_up_to"])] for row in rows],
        hovertext=[_hover(row) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="",
    )


def _hover(row: dict[str, Any]) -> str:
    n = int(row["customers_up_to"])
    words = ngettext(
        "The best customer ({customers} of all)<br>brings <b>{value}</b> of the value",
        "The best {n} customers ({customers} of all)<br>bring <b>{value}</b> of the value",
        n,
    )
    return words.format(
        n=format_value(n, "count"),
        customers=format_value(row["customer_share"], "share"),
        value=format_value(row["value_share"], "share"),
    )


def _marks(summary: pd.DataFrame) -> list[tuple[str, float, float, str]]:
    """Text, place and colour of the two figures everyone asks for, the higher one first."""
    values = summary.set_index("figure")["value"]
    top, carriers = float(values.get("top_share", np.nan)), float(values.get("carriers_share", np.nan))
    bring = _("The best 20% of customers<br>bring <b>{share}</b>").format(share=format_value(top, "share"))
    come = _("80% comes from<br><b>{share}</b> of customers").format(share=format_value(carriers, "share"))
    marks = [(bring, TOP, top, theme.RED), (come, carriers, CARRIED, theme.GREEN)]
    return sorted((m for m in marks if not np.isnan(m[1] + m[2])), key=lambda mark: -mark[2])


def _add_marks(chart: go.Figure, summary: pd.DataFrame) -> None:
    """Mark the figures, with their texts below the curve: it is concave, so there is always room."""
    line = {"color": theme.HATCH, "width": 1, "dash": "dot"}
    highest_free = 2.0
    for text, x, y, colour in _marks(summary):
        chart.add_shape(type="line", x0=x, x1=x, y0=0, y1=y, line=line)
        chart.add_shape(type="line", x0=0, x1=x, y0=y, y1=y, line=line)
        dot = {"size": 12, "color": colour}
        mark = go.Scatter(x=[x], y=[y], mode="markers", marker=dot, hoverinfo="skip", showlegend=False)
        chart.add_trace(mark.update(unselected={"marker": {"opacity": 1}}))
        at = min(y - 0.02, highest_free)
        highest_free = at - TEXT_HEIGHT
        chart.add_annotation(
            text=text, x=x, y=at, xanchor="left", yanchor="top", align="left", xshift=12, showarrow=False,
            font={"size": 13, "color": theme.INK},
        )  # fmt: skip
    chart.add_annotation(
        text=_("if all were equal"), x=0.36, y=0.36, xanchor="left", yanchor="top", xshift=10, showarrow=False
    )
