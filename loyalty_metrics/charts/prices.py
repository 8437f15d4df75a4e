"""How groups react to prices and how much they buy on discount: a dot and its interval each."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics import sentences as say
from loyalty_metrics.answers.prices import group_words
from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.lines import shortened
from loyalty_metrics.language import _, format_interval, format_value
from loyalty_metrics.measures.prices import bought_more
from loyalty_metrics.stats.elasticity import ESTIMATED

MOST = 15
"""Groups drawn, the largest; the file holds all."""


def price_reactions(frame: pd.DataFrame) -> go.Figure:
    """What each group buys more of what is a tenth cheaper.

    Args:
        frame: The measure `price_elasticity`.

    Returns:
        A point and its interval for each group, all together on top; customdata is [group], `theme.EVERY` for all.
    """
    known = frame[frame["state"] == ESTIMATED]
    if known.empty:
        return theme.empty(_("No group has enough items whose price moved"))
    told = known.assign(
        value=known["elasticity"].map(bought_more),
        low=known["high"].map(bought_more),
        high=known["low"].map(bought_more),
    )
    return _dots(told, _("More units at a 10% lower price"), _reaction_hover)


def discounted_shares(frame: pd.DataFrame) -> go.Figure:
    """The share of units that each group buys on discount.

    Args:
        frame: The measure `discount_by_group`.

    Returns:
        As `price_reactions`.
    """
    known = frame[frame["discounted_share"].notna()]
    if known.empty:
        return theme.empty(_("No discounts are known"))
    return _dots(known.assign(value=known["discounted_share"]), _("Share of units on discount"), _discount_hover)


def _dots(frame: pd.DataFrame, title: str, hover: Callable[[dict[str, Any]], str]) -> go.Figure:
    largest = frame[frame["group_name"].notna()].nlargest(MOST, "customers").sort_values("value")
    rows = theme.records(pd.concat([largest, frame[frame["group_name"].isna()]]))
    chart = theme.figure(90 + 30 * len(rows))
    is_all = [not say.known(row["group_name"]) for row in rows]
    colours = [theme.GREY if every else theme.BLUE for every in is_all]
    for row, colour, place in zip(rows, colours, range(len(rows)), strict=True):
        line = {"color": theme.faded(colour, 0.6), "width": 3}
        chart.add_trace(
            go.Scatter(
                x=[row["low"], row["high"]],
                y=[place, place],
                mode="lines",
                line=line,
                hoverinfo="skip",
                showlegend=False,
            )
        )
    chart.add_trace(
        go.Scatter(
            x=[row["value"] for row in rows],
            y=list(range(len(rows))),
            mode="markers",
            marker={"size": 11, "color": colours},
            customdata=[[theme.EVERY if every else row["group_name"]] for row, every in zip(rows, is_all, strict=True)],
            hovertext=[hover(row) for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    chart.add_vline(x=0, line={"color": theme.GREY, "width": 1, "dash": "dot"}, layer="below")
    names = [theme.safe(shortened(group_words(row["group_name"]))) for row in rows]
    edges = [min(0.0, *(row["low"] for row in rows)), max(0.0, *(row["high"] for row in rows))]
    room = 0.05 * (edges[1] - edges[0])
    chart.update_layout(
        xaxis=theme.axis(range=[edges[0] - room, edges[1] + room], tickformat=".0%", title={"text": title}),
        yaxis=theme.axis(
            tickvals=list(range(len(rows))), ticktext=names, range=[-0.6, len(rows) - 0.4], showgrid=False
        ),
        margin={"t": 8},
    )
    return theme.fit(chart)


def _reaction_hover(row: dict[str, Any]) -> str:
    return "<br>".join(
        [
            theme.safe(group_words(row["group_name"])),
            f"<b>{theme.safe(say.plain_change(row['value']))}</b>",
            format_interval(row["low"], row["high"], "share"),
            _("from {n} items").format(n=format_value(row["items"], "count")),
            customers_counted(row["customers"]),
        ]
    )


def _discount_hover(row: dict[str, Any]) -> str:
    return "<br>".join(
        [
            theme.safe(group_words(row["group_name"])),
            f"<b>{format_value(row['discounted_share'], 'share')}</b>",
            format_interval(row["low"], row["high"], "share"),
            customers_counted(row["customers"]),
        ]
    )
