"""What happened in each calendar period: the leaky bucket, and revenue."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label, period_label

_PATTERN = {"size": 6, "solidity": 0.3, "fillmode": "overlay", "fgcolor": theme.HATCH}

_LOWER, _UPPER = [0, 0.3132], [0.4432, 1]
"""The parts of the height that two panels take, one over the other."""

MOST_TICKS = 7
"""Names of periods under a chart; more would overlap on a phone."""


def customer_flow(frame: pd.DataFrame, grain: str = "month") -> go.Figure:
    """The leaky bucket: who came in and who left, and under it how many customers are active.

    Args:
        frame: The measure `customer_flow`.
        grain: Length of a period.

    Returns:
        Bars above zero for new and won-back customers, below zero for those who lapsed, and a line of active
        customers in a panel of its own; customdata is [period, movement].
    """
    if not _has_any(frame, "closing", "new", "lapsed"):
        return theme.empty()
    movements = (("new", theme.NEW, 1), ("reactivated", theme.WON_BACK, 1), ("lapsed", theme.LEFT, -1))
    # A loss is drawn below zero but is a number of customers like any other.
    bars = theme.round_ticks((frame["new"] + frame["reactivated"]).max(), -frame["lapsed"].max(), _count)
    active = theme.round_ticks(frame["closing"].max(), 0, _count)
    periods = {"showgrid": False, **_period_ticks(frame["period"], grain)}
    zero = {"zeroline": True, "zerolinewidth": 2, "zerolinecolor": theme.HATCH}
    title = {
        "text": _("<b>Active customers</b>"), "x": 0, "y": 0.34, "xref": "paper", "yref": "paper",
        "xanchor": "left", "yanchor": "bottom", "showarrow": False,
    }  # fmt: skip
    flows = [_flow_bars(frame, movement, colour, sign, grain) for movement, colour, sign in movements]
    chart = theme.figure(
        480,
        [*flows, _active_line(frame, grain)],
        barmode="relative",
        margin=theme.MARGIN | {"b": 24},
        xaxis=theme.axis(anchor="y", matches="x2", showticklabels=False, **periods),
        yaxis=theme.axis(anchor="x", domain=_UPPER, **zero, **bars),
        xaxis2=theme.axis(anchor="y2", **periods),
        yaxis2=theme.axis(anchor="x2", domain=_LOWER, rangemode="tozero", **active),
        annotations=[title],
    )
    return _note_unfinished(chart, frame, grain)


def revenue_by_period(frame: pd.DataFrame, grain: str = "month", currency: str | None = None) -> go.Figure:
    """Net revenue of each period, from new and from returning customers.

    Args:
        frame: The measure `revenue_by_period`.
        grain: Length of a period.
        currency: Of the revenue.

    Returns:
        Stacked bars, returning customers at the bottom; customdata is [period].
    """
    if not _has_any(frame, "customers", "orders"):
        return theme.empty()
    kinds = (("returning", theme.RETURNING), ("new", theme.NEW))
    amounts = theme.round_ticks(
        frame["revenue"].max(),
        frame["revenue"].min(),
        lambda amount: format_value(amount, "money", currency, compact=True),
    )
    chart = theme.figure(
        360,
        [_revenue_bars(frame, column, colour, grain, currency) for column, colour in kinds],
        barmode="relative",
        xaxis=theme.axis(showgrid=False, **_period_ticks(frame["period"], grain)),
        yaxis=theme.axis(**amounts),
    )
    return _note_unfinished(chart, frame, grain)


def bars(frame: pd.DataFrame, column: str, told: list[str], grain: str, currency: str | None = None) -> go.Figure:
    """One bar of money a period.

    Args:
        frame: Rows with period, state and the column.
        column: What the bars show.
        told: What is told of each under the pointer.
        grain: Length of a period.
        currency: Of the money.

    Returns:
        Bars; customdata is [period].
    """
    if not _has_any(frame, column):
        return theme.empty()
    amounts = theme.round_ticks(
        frame[column].max(), frame[column].min(), lambda amount: format_value(amount, "money", currency, compact=True)
    )
    shown = go.Bar(
        x=_periods(frame["period"]),
        y=frame[column].astype("float64").tolist(),
        marker=_unfinished_lighter(frame, theme.BLUE),
        **theme.PALE_UNSELECTED,
        customdata=[[day] for day in _periods(frame["period"])],
        hovertext=told,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    xaxis = theme.axis(showgrid=False, **_period_ticks(frame["period"], grain))
    chart = theme.figure(320, [shown], xaxis=xaxis, yaxis=theme.axis(**amounts))
    return _note_unfinished(chart, frame, grain)


def _flow_bars(frame: pd.DataFrame, movement: str, colour: str, sign: int, grain: str) -> go.Bar:
    words = _("<b>{n}</b> {movement}, {period}")
    return go.Bar(
        x=_periods(frame["period"]),
        y=(sign * frame[movement]).tolist(),
        name=label(movement),
        marker=_unfinished_lighter(frame, colour),
        **theme.PALE_UNSELECTED,
        customdata=[[day, movement] for day in _periods(frame["period"])],
        hovertext=[
            words.format(
                n=format_value(n, "count"), movement=label(movement).lower(), period=in_words(day, state, grain)
            )
            for n, day, state in zip(frame[movement], frame["period"], frame["state"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _active_line(frame: pd.DataFrame, grain: str) -> go.Scatter:
    words = _("<b>{n}</b> active at the end of {period}")
    return go.Scatter(
        x=_periods(frame["period"]),
        y=frame["closing"].tolist(),
        mode="lines+markers",
        name=label("closing"),
        line={"color": theme.ACTIVE, "width": 3},
        marker={"size": 7, "symbol": ["circle" if s == "complete" else "circle-open" for s in frame["state"]]},
        fill="tozeroy",
        fillcolor=theme.faded(theme.ACTIVE, 0.12),
        customdata=[[day, "closing"] for day in _periods(frame["period"])],
        hovertext=[
            words.format(n=format_value(n, "count"), period=in_words(day, state, grain))
            for n, day, state in zip(frame["closing"], frame["period"], frame["state"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        xaxis="x2",
        yaxis="y2",
    )


def _revenue_bars(frame: pd.DataFrame, column: str, colour: str, grain: str, currency: str | None) -> go.Bar:
    words = _("<b>{money}</b> from {n} {kind}<br>{period}: {total} in all")
    kind = label(f"{column}_customers")
    rows = theme.records(frame)
    return go.Bar(
        x=_periods(frame["period"]),
        y=frame[f"{column}_revenue"].astype("float64").tolist(),
        name=kind,
        marker=_unfinished_lighter(frame, colour),
        **theme.PALE_UNSELECTED,
        customdata=[[day] for day in _periods(frame["period"])],
        hovertext=[
            words.format(
                money=theme.safe(format_value(row[f"{column}_revenue"], "money", currency)),
                n=format_value(row[f"{column}_customers"], "count"),
                kind=kind.lower(),
                period=in_words(row["period"], row["state"], grain),
                total=theme.safe(format_value(row["revenue"], "money", currency)),
            )
            for row in rows
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _count(value: float) -> str:
    return format_value(abs(value), "count", compact=True)


def _has_any(frame: pd.DataFrame, *columns: str) -> bool:
    return any(frame[column].fillna(0).abs().sum() > 0 for column in columns) if len(frame) else False


def _periods(column: pd.Series) -> list[str]:
    """First days as ISO text: the categories of the axis and what a click hands back."""
    return [pd.Timestamp(day).date().isoformat() for day in column]


def in_words(day: Any, state: str, grain: str) -> str:
    """The name of a period, and whether it is not over yet or the data begin within it."""
    name = period_label(day, grain)
    return name if state == "complete" else f"{name} ({label(state)})"


def notes(frame: pd.DataFrame, grain: str) -> list[str]:
    """Which periods are not whole, and why.

    Args:
        frame: Rows with period and state.
        grain: Length of a period.
    """
    words = {"partial": _("The data begin within {period}"), "in_progress": _("{period} is not over yet")}
    return [
        words[state].format(period=period_label(day, grain))
        for day, state in zip(frame["period"], frame["state"], strict=True)
        if state != "complete"
    ]


def _period_ticks(column: pd.Series, grain: str) -> dict[str, Any]:
    """Few names, each on two lines, so that they stand upright on a phone."""
    days = _periods(column)
    step = -(-len(days) // MOST_TICKS)
    shown = days[(len(days) - 1) % step :: step]
    names = ["<br>".join(period_label(day, grain).rsplit(" ", 1)) for day in shown]
    return {"type": "category", "tickvals": shown, "ticktext": names, "tickangle": 0}


def _unfinished_lighter(frame: pd.DataFrame, colour: str) -> dict[str, Any]:
    """Bars of a period that is not whole are pale and hatched: nothing is compared with them."""
    over = (frame["state"] == "complete").tolist()
    return {
        "color": [colour if is_over else theme.faded(colour, 0.45) for is_over in over],
        "line": {"width": 0},
        "pattern": {"shape": ["" if is_over else "/" for is_over in over], **_PATTERN},
    }


def _note_unfinished(chart: go.Figure, frame: pd.DataFrame, grain: str) -> go.Figure:
    """Say in the legend which periods are hatched."""
    look = {"color": theme.faded(theme.GREY, 0.45), "line": {"width": 0}, "pattern": {"shape": "/", **_PATTERN}}
    for name in notes(frame, grain):
        chart.add_trace(go.Bar(x=[None], y=[None], name=name, marker=look, hoverinfo="skip"))
    return theme.fit(chart)
