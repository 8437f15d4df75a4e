"""How many customers come back, by time since their first purchase: the curve.

The cohort table and the charts by period stand in modules of their own and are offered here as well.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import age_step, age_words, ages_title
from loyalty_metrics.charts.cohort_table import is_cut
from loyalty_metrics.charts.cohorts import cohort_heatmap
from loyalty_metrics.charts.periods import customer_flow, revenue_by_period
from loyalty_metrics.language import _, format_interval, format_value, ngettext, period_label

__all__ = ["cohort_heatmap", "customer_flow", "is_cut", "retention_curves", "revenue_by_period"]

MOST_COHORTS = 5
"""With the pooled line and the projection, seven lines: more cannot be told apart."""

FEW_COHORTS = 3
SIGNS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "triangle-down": "▼", "star": "★"}
"""Lines differ in their marks too, for eyes that do not tell the colours apart."""


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
    if later["projection"].notna().any():
        chart.add_trace(_projection(later, grain))
    for place, (name, line) in enumerate(_chosen(cohort_frame, cohorts, grain), start=1):
        chart.add_trace(_cohort_line(line, name, place, grain))
    chart.add_trace(_pooled_line(pooled, grain))
    lines = [trace for trace in chart.data if trace.line.width]
    # The band may be cut at the top: one wide interval must not flatten every line.
    top = 1.1 * max(max(trace.y) for trace in lines) or 1.0
    _label_lines(chart, lines, top)
    oldest = int(later["age"].max())
    note = _("The first purchase itself, 100%, is not drawn")
    if "circle-open" in chart.data[-1].marker.symbol:
        note += "<br>" + _("Hollow: fewer than {n} cohorts are that old").format(n=FEW_COHORTS)
    chart.update_layout(
        yaxis=theme.axis(range=[0, top], tickformat=".0%", title={"text": _("Customers who bought")}),
        xaxis=theme.axis(
            title={"text": f"{ages_title(grain)}<br><span style='font-size:0.8em'>{note}</span>"},
            range=[0.6, oldest + 0.4],
            dtick=age_step(oldest),
            tick0=0,
            showgrid=False,
        ),
        margin={"t": 12, "r": 104},
    )
    return theme.fit(chart)


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
        marker={"size": 8, "symbol": _few_hollow(pooled["cohorts"])},
        customdata=[[int(age)] for age in pooled["age"]],
        hovertext=[_curve_hover(row, grain) for row in theme.records(pooled)],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _few_hollow(cohorts: pd.Series) -> list[str]:
    """Hollow marks where only the oldest cohorts are left: the line then tells of them, not of all."""
    few = cohorts < min(FEW_COHORTS, cohorts.max())
    return ["circle-open" if is_few else "circle" for is_few in few]


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
    for cohort in cohorts:
        line = complete[complete["cohort"] == pd.Timestamp(cohort)].sort_values("age")
        if len(line):
            lines.append((period_label(line["cohort"].iloc[0], grain), line))
    return lines[:MOST_COHORTS]


def _cohort_line(line: pd.DataFrame, name: str, place: int, grain: str) -> go.Scatter:
    rows = theme.records(line)
    return go.Scatter(
        x=line["age"].tolist(),
        y=line["retention"].tolist(),
        mode="lines+markers",
        name=name,
        line={"color": theme.PALETTE[place], "width": 1.5},
        marker={"size": 7, "symbol": list(SIGNS)[place]},
        customdata=[[row["cohort"].date().isoformat(), int(row["age"])] for row in rows],
        hovertext=[f"{name}<br>" + _curve_hover(row, grain) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _label_lines(chart: go.Figure, lines: Sequence[go.Scatter], top: float) -> None:
    """Name each line at the right edge, in its colour and with its sign, in the order in which the lines end."""
    gap, below = 0.06 * top, -1.0
    ordered = sorted(lines, key=lambda line: line.y[-1])
    # Names pushed up from below must not leave the chart.
    highest = [top - gap * (len(ordered) - 1 - n) for n in range(len(ordered))]
    for line, limit in zip(ordered, highest, strict=True):
        below = min(max(line.y[-1], below + gap), limit)
        sign = "┅" if line.line.dash else SIGNS["circle" if line.name == _("All cohorts") else line.marker.symbol]
        chart.add_annotation(
            text=f"{sign} {theme.safe(line.name)}",
            x=1,
            y=below,
            xref="paper",
            xanchor="left",
            xshift=6,
            font={"color": line.line.color},
            showarrow=False,
        )
