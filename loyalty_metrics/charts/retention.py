"""How many customers come back, by time since their first purchase: the curve.

The cohort table and the charts by period stand in modules of their own and are offered here as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import age_step, age_words, ages_title, ago
from loyalty_metrics.charts.cohort_table import is_cut
from loyalty_metrics.charts.cohorts import cohort_heatmap
from loyalty_metrics.charts.counts import out_of
from loyalty_metrics.charts.lines import LineEnd, name_lines
from loyalty_metrics.charts.periods import customer_flow, revenue_by_period
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, or_unknown, period_label

__all__ = ["Beside", "cohort_heatmap", "customer_flow", "is_cut", "retention_curves", "revenue_by_period"]

MOST_COHORTS = 5
"""With the pooled line and the projection, seven lines: more cannot be told apart."""

FEW_COHORTS = 3
FEW_CUSTOMERS = 30
"""A group's line ends where fewer of its customers are old enough: their share would jump."""

SIGNS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "triangle-down": "▼", "star": "★"}
"""Lines differ in their marks too, for eyes that do not tell the colours apart."""


@dataclass(frozen=True)
class Beside:
    """What is drawn beside the pooled curve, on request.

    Attributes:
        cohorts: The measure `cohort_retention`, and the first days of the cohorts to draw.
        groups: The measure `retention_by_group`, and the groups to draw.
        before: The curve as it was, and what it is called.
        target: A share to reach, 0..1.
    """

    cohorts: tuple[pd.DataFrame, Sequence[Any]] | None = None
    groups: tuple[pd.DataFrame, Sequence[str]] | None = None
    before: tuple[pd.DataFrame, str] | None = None
    target: float | None = None


def retention_curves(
    curve_frame: pd.DataFrame, grain: str = "month", criterion: str = "exact", beside: Beside | None = None
) -> go.Figure:
    """The share of customers who buy again, by periods since their first purchase.

    Age 0 is left out: there everyone bought, and drawing it would flatten all that is of interest. Where nothing is
    drawn beside it, the projection's back-test is: dotted what it would have said, with what then came.

    Args:
        curve_frame: The measure `retention_curve`.
        grain: Length of a period.
        criterion: When a customer counts as retained.
        beside: Up to five cohorts or groups, the curve of another date, a target.

    Returns:
        Lines labelled at their ends; customdata is [age] on the pooled line, [cohort, age] on a cohort's, [group, age]
        on a group's.
    """
    beside = beside or Beside()
    later = curve_frame[curve_frame["age"] > 0]
    pooled = later.dropna(subset=["retention"])
    if pooled.empty:
        return theme.empty(_("No period after the first purchase is over yet"))
    chart = theme.figure(420)
    chart.add_traces(_band(pooled))
    chart.add_traces(_projections(later, grain, alone=beside == Beside()))
    for place, (name, keys, line) in enumerate(_compared(beside, grain), start=1):
        chart.add_trace(_thin_line(line, name, keys, place, grain))
    chart.add_traces(_references(beside, int(later["age"].max()), grain))
    chart.add_trace(_pooled_line(pooled, grain))
    lines = [trace for trace in chart.data if trace.line.width]
    # The band may be cut at the top: one wide interval must not flatten every line.
    top = min(1.1 * max(max(trace.y) for trace in lines), 1.05) or 1.0
    oldest = int(later["age"].max())
    note = _("The first purchase itself, 100%, is not drawn")
    if "circle-open" in chart.data[-1].marker.symbol:
        note += "<br>" + _("Hollow: fewer than {n} cohorts are that old").format(n=FEW_COHORTS)
    chart.update_layout(
        yaxis=theme.axis(range=[0, top], tickformat=".0%", title={"text": label(criterion)}),
        xaxis=theme.axis(
            title={"text": f"{ages_title(grain)}<br><span style='font-size:0.8em'>{note}</span>"},
            range=[0.6, oldest + 0.4],
            dtick=age_step(oldest),
            tick0=0,
            showgrid=False,
        ),
        margin={"t": 12},
    )
    name_lines(chart, [_end(line) for line in lines], top)
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
        out_of(row),
    ]
    if "cohorts" in row:
        n = int(row["cohorts"])
        lines.append(ngettext("{n} cohort", "{n} cohorts", n).format(n=format_value(n, "count")))
    return "<br>".join(lines)


def _projections(later: pd.DataFrame, grain: str, alone: bool) -> list[go.Scatter]:
    """The projection, and where it stands alone what it would have said some periods ago."""
    found = []
    if later["projection"].notna().any():
        words = _("<b>{share}</b> {age}<br>Projection, not observed")
        found.append(_quiet_line(later, "projection", _("Projection"), "dash", words, grain))
    if alone and later["projected_before"].notna().any():
        n = int(later["held_out"].max())
        words = _("<b>{share}</b> {age}<br>What a projection made before these periods came would have said")
        found.append(
            _quiet_line(later, "projected_before", _("Made {ago}").format(ago=ago(n, grain)), "dot", words, grain)
        )
    return found


def _quiet_line(frame: pd.DataFrame, column: str, name: str, dash: str, words: str, grain: str) -> go.Scatter:
    """A grey line of a share that was not observed, or not now."""
    line = frame.dropna(subset=[column])
    return go.Scatter(
        x=line["age"].tolist(),
        y=line[column].tolist(),
        mode="lines",
        name=name,
        line={"color": theme.GREY, "width": 2, "dash": dash},
        hovertext=[
            words.format(share=format_value(p, "share"), age=age_words(int(a), grain))
            for a, p in zip(line["age"], line[column], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _references(beside: Beside, oldest: int, grain: str) -> list[go.Scatter]:
    """What the curve is held against: how it was, and how it should be."""
    found = []
    if beside.before is not None:
        frame, name = beside.before
        later = frame[(frame["age"] > 0) & frame["retention"].notna()]
        if len(later):
            found.append(
                _quiet_line(later, "retention", name, "longdash", name + "<br>" + _("<b>{share}</b> {age}"), grain)
            )
    if beside.target is not None:
        name = _("Target {share}").format(share=format_value(beside.target, "share", compact=True))
        line = {"color": theme.INK, "width": 1.5, "dash": "dashdot"}
        ends = {"x": [0, oldest + 1], "y": [beside.target] * 2, "mode": "lines", "hoverinfo": "skip"}
        found.append(go.Scatter(name=name, line=line, showlegend=False, **ends))
    return found


def _compared(beside: Beside, grain: str) -> list[tuple[str, list[Any], pd.DataFrame]]:
    """Name, keys of each point, and line of each chosen cohort or group that has any complete period."""
    found: list[tuple[str, list[Any], pd.DataFrame]] = []
    if beside.cohorts is not None:
        frame, cohorts = beside.cohorts
        complete = frame[(frame["state"] == "complete") & (frame["age"] > 0)]
        for cohort in cohorts:
            line = complete[complete["cohort"] == pd.Timestamp(cohort)].sort_values("age")
            found.append((period_label(cohort, grain), [pd.Timestamp(cohort).date().isoformat()], line))
    if beside.groups is not None:
        frame, groups = beside.groups
        later = frame[(frame["age"] > 0) & (frame["size"] >= FEW_CUSTOMERS)]
        for group in groups:
            found.append((or_unknown(group), [group], later[later["group_name"] == group].sort_values("age")))
    return [(name, keys, line) for name, keys, line in found if len(line)][:MOST_COHORTS]


def _thin_line(line: pd.DataFrame, name: str, keys: list[Any], place: int, grain: str) -> go.Scatter:
    rows = theme.records(line)
    return go.Scatter(
        x=line["age"].tolist(),
        y=line["retention"].tolist(),
        mode="lines+markers",
        name=name,
        line={"color": theme.PALETTE[place], "width": 1.5},
        marker={"size": 7, "symbol": list(SIGNS)[place]},
        customdata=[[*keys, int(row["age"])] for row in rows],
        hovertext=[f"{theme.safe(name)}<br>" + _curve_hover(row, grain) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _end(line: go.Scatter) -> LineEnd:
    dashes = {"dash": "┅", "dot": "┈", "longdash": "╍", "dashdot": "╌"}
    sign = dashes.get(line.line.dash) or SIGNS["circle" if line.name == _("All cohorts") else line.marker.symbol]
    return LineEnd(line.name, float(line.y[-1]), line.line.color, sign)
