"""How many customers come back, by time since their first purchase: the curve.

The cohort table and the charts by period stand in modules of their own and are offered here as well.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.cohorts import age_words, ages_title, cohort_heatmap
from loyalty_metrics.charts.periods import customer_flow, revenue_by_period
from loyalty_metrics.language import _, format_interval, format_value, ngettext, period_label

__all__ = ["cohort_heatmap", "customer_flow", "retention_curves", "revenue_by_period"]

MOST_COHORTS = 5
"""With the pooled line and the projection, seven lines: more cannot be told apart."""


def retention_curves(
    curve_frame: pd.DataFrame,
    cohort_frame: pd.DataFrame | None = None,
    grain: str = "month",
    cohorts: Iterable[Any] = (),
) -> go.Figure:
    """The share of customers who buy again, by periods since their first purchase.

    Age 0 is left out: there everyone bought, and drawing it would flatten all that is of interest.

    Args:
        curve_frame: The measure `retention_curve`.
        cohort_frame: The measure `cohort_retention`, for single cohorts.
        grain: Length of a period.
        cohorts: First days of the cohorts to draw beside the pooled line; the first five are drawn.

    Returns:
        Lines labelled at their ends; customdata is [age] on the pooled line, [cohort, age] on a cohort's.
    """
    later = curve_frame[curve_frame["age"] > 0]
    if later["retention"].notna().sum() == 0:
        return theme.empty(_("No period after the first purchase is over yet"))
    chart = theme.figure(420)
    pooled = later.dropna(subset=["retention"])
    chart.add_traces(_band(pooled))
    ends: list[tuple[float, float, str, str]] = []
    if later["projection"].notna().any():
        chart.add_trace(_projection(later, grain))
        last = later.dropna(subset=["projection"]).iloc[-1]
        ends.append((last["age"], last["projection"], _("Projection"), theme.GREY))
    for colour, (name, line) in zip(theme.PALETTE[1:], _chosen(cohort_frame, cohorts, grain), strict=False):
        chart.add_trace(_cohort_line(line, name, colour, grain))
        ends.append((line["age"].iloc[-1], line["retention"].iloc[-1], name, colour))
    chart.add_trace(_pooled_line(pooled, grain))
    ends.append((pooled["age"].iloc[-1], pooled["retention"].iloc[-1], _("All cohorts"), theme.BLUE))
    _label_ends(chart, ends)
    top = max(pooled["retention"].max(), *(end[1] for end in ends), *_heights(chart)) * 1.12
    ticks = "d" if later["age"].max() <= 12 else None
    chart.update_layout(
        yaxis=theme.axis(range=[0, top], tickformat=".0%", rangemode="tozero"),
        xaxis=theme.axis(title={"text": ages_title(grain)}, showgrid=False, dtick=1 if ticks else None),
        margin={"t": 12, "r": 96},
    )
    return chart


def _band(pooled: pd.DataFrame) -> list[go.Scatter]:
    edge = {"x": pooled["age"].tolist(), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    low = go.Scatter(y=pooled["low"].tolist(), showlegend=False, **edge)
    high = go.Scatter(
        y=pooled["high"].tolist(), fill="tonexty", fillcolor=theme.faded(theme.BLUE, 0.2), showlegend=False, **edge
    )
    return [low, high]


def _pooled_line(pooled: pd.DataFrame, grain: str) -> go.Scatter:
    return go.Scatter(
        x=pooled["age"].tolist(),
        y=pooled["retention"].tolist(),
        mode="lines+markers",
        name=_("All cohorts"),
        line={"color": theme.BLUE, "width": 3},
        marker={"size": 7},
        customdata=[[int(age)] for age in pooled["age"]],
        hovertext=[_curve_hover(row, grain) for row in pooled.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _curve_hover(row: dict, grain: str) -> str:
    lines = [
        f"<b>{format_value(row['retention'], 'share')}</b> {age_words(int(row['age']), grain)}",
        format_interval(row["low"], row["high"], "share"),
        _("{retained} of {size} customers").format(
            retained=format_value(row["retained"], "count"), size=format_value(row["size"], "count")
        ),
    ]
    if "cohorts" in row:
        n = int(row["cohorts"])
        lines.append(ngettext("{n} cohort", "{n} cohorts", n).format(n=format_value(n, "count")))
    return "<br>".join(lines)


def _projection(later: pd.DataFrame, grain: str) -> go.Scatter:
    line = later.dropna(subset=["projection"])
    words = _("<b>{share}</b> {age}<br>Projection, not observed")
    return go.Scatter(
        x=line["age"].tolist(),
        y=line["projection"].tolist(),
        mode="lines",
        name=_("Projection"),
        line={"color": theme.GREY, "width": 2, "dash": "dash"},
        hovertext=[
            words.format(share=format_value(p, "share"), age=age_words(int(a), grain))
            for a, p in zip(line["age"], line["projection"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _chosen(frame: pd.DataFrame | None, cohorts: Iterable[Any], grain: str) -> list[tuple[str, pd.DataFrame]]:
    """The name and the complete cells of each chosen cohort that has any."""
    if frame is None or frame.empty:
        return []
    complete = frame[(frame["state"] == "complete") & (frame["age"] > 0)]
    lines = []
    for cohort in list(cohorts)[:MOST_COHORTS]:
        line = complete[complete["cohort"] == pd.Timestamp(cohort)].sort_values("age")
        if len(line):
            lines.append((period_label(line["cohort"].iloc[0], grain), line))
    return lines


def _cohort_line(line: pd.DataFrame, name: str, colour: str, grain: str) -> go.Scatter:
    rows = line.to_dict("records")
    return go.Scatter(
        x=line["age"].tolist(),
        y=line["retention"].tolist(),
        mode="lines+markers",
        name=name,
        line={"color": colour, "width": 1.5},
        marker={"size": 5},
        customdata=[[row["cohort"].date().isoformat(), int(row["age"])] for row in rows],
        hovertext=[f"{name}<br>" + _curve_hover(row, grain) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _heights(chart: go.Figure) -> list[float]:
    """The top of every line drawn; the band may be cut, for a wide interval must not flatten the line."""
    return [max(trace.y) for trace in chart.data if trace.line.width]


def _label_ends(chart: go.Figure, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Write each line's name at its end, moved up where two would overlap."""
    top = max(end[1] for end in ends)
    gap, below = 0.055 * top, -1.0
    for age, height, name, colour in sorted(ends, key=lambda end: end[1]):
        y = max(height, below + gap)
        below = y
        chart.add_annotation(
            x=age, y=y, text=theme.safe(name), font={"color": colour}, showarrow=False, xanchor="left", xshift=8
        )
