"""The weekly review in pictures: a series with what was expected of it, and what each part brought to a change."""

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.named_bars import Bar, named_bars
from loyalty_metrics.language import _, format_points, format_value, period_label, plotly_separators
from loyalty_metrics.review_shape import COUNT, SHARE, Finding

SHOWN = 65
"""Weeks in the picture: a year, and a quarter to see where it began."""

MOST_BARS = 8
MOST_TICKS = 6


def series(values: pd.Series, finding: Finding, name: str, currency: str | None = None) -> go.Figure:
    """A figure week by week, with the weeks a finding is about and what was expected of them.

    Args:
        values: By Monday, in order, without gaps; of shares, the share of all weeks that the finding takes together.
        finding: The finding.
        name: What the line is.
        currency: Of money.
    """
    shown = values[values.index <= pd.Timestamp(finding.week)].tail(SHOWN)
    if shown.dropna().empty:
        return theme.empty(_("There is nothing to draw in these weeks"))

    def says(value: float) -> str:
        return format_value(value, finding.unit, currency, compact=True)

    chart = theme.figure(320)
    days = [period_label(day, "week") for day in shown.index]
    chart.add_scatter(
        x=shown.index,
        y=shown,
        mode="lines",
        line={"color": theme.BLUE, "width": 2},
        name=theme.safe(name),
        text=[f"{day}<br><b>{theme.safe(says(v))}</b>" for day, v in zip(days, shown, strict=True)],
        hoverinfo="text",
    )
    _mark(chart, shown, finding)
    highest = max(float(shown.max()), _each(finding))
    chart.update_layout(showlegend=False, margin={"t": 12, "r": 16})
    chart.update_xaxes(theme.axis(showgrid=False, **_ticks(shown)))
    chart.update_yaxes(theme.axis(rangemode="tozero", **theme.round_ticks(highest, float(min(shown.min(), 0)), says)))
    return theme.fit(chart)


def _each(finding: Finding) -> float:
    """What was expected of one week; a share is the same of all."""
    return finding.expected if finding.unit == SHARE else finding.expected / finding.weeks


def _mark(chart: go.Figure, shown: pd.Series, finding: Finding) -> None:
    """The weeks of the finding as dots, and what was expected of them as a dashed line with its name."""
    last = pd.Timestamp(finding.week)
    first = last - timedelta(days=7 * (finding.weeks - 1))
    there = shown[shown.index >= first] if finding.unit != SHARE else shown.tail(1)
    colour = theme.GREEN if finding.is_good else theme.RED
    chart.add_scatter(
        x=there.index,
        y=there,
        mode="markers",
        marker={"color": colour, "size": 10, "symbol": "diamond"},
        hoverinfo="skip",
    )
    # A line needs two ends, and half a week on either side shows which week is meant.
    ends, level = [first - timedelta(days=10), last + timedelta(days=10)], _each(finding)
    chart.add_scatter(
        x=ends, y=[level, level], mode="lines", line={"color": theme.GREY, "width": 3, "dash": "dot"}, hoverinfo="skip"
    )


def _ticks(shown: pd.Series) -> dict[str, object]:
    step = max(1, -(-len(shown) // MOST_TICKS))
    days = list(shown.index)[::-1][::step][::-1]
    return {"tickvals": days, "ticktext": [period_label(day, "week") for day in days]}


def parts(
    named: Sequence[tuple[str, float]], unit: str, currency: str | None = None, more_is_better: bool = True
) -> go.Figure:
    """What each part brought to a change, the largest on top.

    Args:
        named: The parts' names and changes.
        unit: Of the changes.
        currency: Of money.
        more_is_better: Whether a rise is good news, and green.
    """
    shown = sorted(named, key=lambda each: -abs(each[1]))[:MOST_BARS]
    if not shown:
        return theme.empty(_("There are no parts to tell apart"))
    bars = [_bar(name, change, unit, currency, more_is_better) for name, change in shown]
    low, high = (f(0.0, *(change for _name, change in shown)) for f in (min, max))
    room = 0.02 * (high - low) or 1
    axis = theme.axis(range=[low - room, high + room], showticklabels=False, zeroline=False)
    chart = named_bars(bars, 40 + 42 * len(bars), axis)
    return chart.update_layout(separators=plotly_separators())


def _bar(name: str, change: float, unit: str, currency: str | None, more_is_better: bool) -> Bar:
    if unit == SHARE:
        told = _("{points} points").format(points=format_points(change))
    else:
        rounded = round(change) if unit == COUNT else change
        told = ("+" if rounded > 0 else "−" if rounded < 0 else "") + format_value(
            abs(rounded), unit, currency, compact=True
        )
    colour = theme.GREEN if (change >= 0) == more_is_better else theme.RED
    safe = theme.safe(name)
    return Bar(f"{safe} · <b>{theme.safe(told)}</b>", change, colour, f"{safe}<br><b>{theme.safe(told)}</b>")
