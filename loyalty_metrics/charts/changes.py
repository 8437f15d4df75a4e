"""What changed: cohort after cohort at one age, and group by group before and now."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import age_words
from loyalty_metrics.charts.counts import out_of
from loyalty_metrics.language import _, format_interval, format_points, format_value, label, period_label

MOST_GROUPS = 20
"""Rows drawn, the largest effects; the table and the download hold all."""


def retention_over_time(frame: pd.DataFrame, grain: str = "month", has_turned: bool = False) -> go.Figure:
    """The retention of each cohort at one age with its interval; the two sets compared stand on bands.

    Args:
        frame: The measure `retention_over_time`.
        grain: Length of a period.
        has_turned: Whether the turning point is more than chance, and so is drawn.

    Returns:
        Dots with bars; customdata is [cohort, age].
    """
    if frame.empty:
        return theme.empty(_("No cohort is over at this age"))
    chart = theme.figure(340)
    top = 1.1 * float(frame["high"].max()) or 1.0
    places = {cohort: place for place, cohort in enumerate(frame["cohort"])}
    chart.add_traces(_bands(frame, top))
    if has_turned:
        chart.add_traces(_levels(frame))
    chart.add_trace(_dots(frame, grain))
    step = -(-len(frame) // 6)
    shown = frame["cohort"].tolist()[(len(frame) - 1) % step :: step]
    age = age_words(int(frame["age"].iloc[0]), grain)
    chart.update_layout(
        yaxis=theme.axis(range=[0, top], tickformat=".0%", title={"text": _("Customers who bought")}),
        xaxis=theme.axis(
            tickvals=[places[cohort] for cohort in shown],
            ticktext=[period_label(cohort, grain) for cohort in shown],
            title={"text": _("First bought in<br>(looked at {age})").format(age=age)},
            range=[-0.6, len(frame) - 0.4],
            showgrid=False,
        ),
        margin={"t": 40},
    )
    return theme.fit(chart)


def _bands(frame: pd.DataFrame, top: float) -> list[go.Scatter]:
    """A strip behind each of the two sets."""
    strips = []
    kinds = (("older", theme.GREY, _("Older cohorts")), ("newer", theme.BLUE, _("Newer cohorts")))
    for part, colour, name in kinds:
        places = [place for place, one in enumerate(frame["part"]) if one == part]
        if places:
            left, right = places[0] - 0.5, places[-1] + 0.5
            strips.append(
                go.Scatter(
                    x=[left, right, right, left, left],
                    y=[0, 0, top, top, 0],
                    mode="lines",
                    line={"width": 0},
                    fill="toself",
                    fillcolor=theme.faded(colour, 0.16),
                    hoverinfo="skip",
                    name=name,
                )
            )
    return strips


def _levels(frame: pd.DataFrame) -> list[go.Scatter]:
    """The share before and after the turning point, as two lines."""
    at, first = frame["turning"].tolist().index("yes"), frame["at_edge"].tolist().index("no")
    ends = {"before": [first - 0.5, at - 0.5], "after": [at - 0.5, len(frame) - 0.5]}
    words = {"before": _("All before: {share}"), "after": _("All since: {share}")}
    return [
        go.Scatter(
            x=ends[name],
            y=[frame[name].iloc[0]] * 2,
            mode="lines",
            line={"color": theme.ORANGE, "width": 2, "dash": "dash" if name == "before" else "solid"},
            hoverinfo="skip",
            name=words[name].format(share=format_value(frame[name].iloc[0], "share", compact=True)),
        )
        for name in ends
    ]


def _dots(frame: pd.DataFrame, grain: str) -> go.Scatter:
    rows = theme.records(frame)
    return go.Scatter(
        x=list(range(len(frame))),
        y=frame["retention"].tolist(),
        error_y={
            "type": "data",
            "array": (frame["high"] - frame["retention"]).tolist(),
            "arrayminus": (frame["retention"] - frame["low"]).tolist(),
            "color": theme.HATCH,
            "thickness": 1,
            "width": 0,
        },
        mode="markers",
        marker={"color": [theme.GREY if row["at_edge"] == "yes" else theme.BLUE for row in rows], "size": 8},
        customdata=[[row["cohort"].date().isoformat(), int(row["age"])] for row in rows],
        hovertext=[_cohort_words(row, grain) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        **theme.PALE_UNSELECTED,
    )


def _cohort_words(row: dict[str, Any], grain: str) -> str:
    return "<br>".join(
        [
            period_label(row["cohort"], grain),
            f"<b>{format_value(row['retention'], 'share')}</b>",
            _("95% sure: {interval}").format(interval=format_interval(row["low"], row["high"], "share")),
            out_of(row),
            *([_("At the edge of the data: not compared")] if row["at_edge"] == "yes" else []),
        ]
    )


def change_by_group(values: pd.DataFrame, names: list[str]) -> go.Figure:
    """Before and now of each group, joined by a line; what is more than chance is coloured.

    Args:
        values: The rows of one attribute of the measure `retention_change`, the largest effect first.
        names: What each group is called.

    Returns:
        A hollow dot before and a full one now for each group; customdata is [attribute, value, part].
    """
    if values.empty:
        return theme.empty(_("Nothing tells these customers apart"))
    drawn = theme.records(values.head(MOST_GROUPS))
    chart = theme.figure(96 + 30 * len(drawn))
    for place, row in enumerate(drawn):
        chart.add_trace(_line(row, place))
    chart.add_traces([_ends(drawn, names, part) for part in ("older", "newer")])
    texts = [_change_text(row) for row in drawn]
    chart.add_trace(
        go.Scatter(
            x=[_right(row) for row in drawn],
            y=list(range(len(drawn))),
            mode="text",
            # A wide blank keeps the words off the dot.
            text=[f"\u2003{text}" for text in texts],
            textposition="middle right",
            textfont={"size": 12, "color": theme.INK},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
            **theme.STEADY_TEXT,
        )
    )
    top = 1.02 * max(_right(row) for row in drawn) or 1.0
    chart.update_layout(
        xaxis=theme.axis(
            range=[0, top], tickformat=".0%", nticks=4, tickangle=0, title={"text": _("Customers who bought")}
        ),
        yaxis=theme.axis(
            tickvals=list(range(len(drawn))),
            ticktext=[theme.safe(name) for name in names[: len(drawn)]],
            range=[len(drawn) - 0.4, -0.6],
            showgrid=False,
        ),
        margin={"r": max(theme.text_width(text) for text in texts) + 28, "t": 40},
    )
    return theme.fit(chart)


_COLOURS = {"up": theme.GREEN, "down": theme.RED}


def _colour(row: dict[str, Any]) -> str:
    return _COLOURS.get(row["verdict"], theme.GREY)


def _right(row: dict[str, Any]) -> float:
    return max(value for value in (row["older_retention"], row["newer_retention"], 0.0) if pd.notna(value))


def _line(row: dict[str, Any], place: int) -> go.Scatter:
    return go.Scatter(
        x=[row["older_retention"], row["newer_retention"]],
        y=[place, place],
        mode="lines",
        line={"color": _colour(row), "width": 3},
        hoverinfo="skip",
        showlegend=False,
    )


def _ends(rows: list[dict[str, Any]], names: list[str], part: str) -> go.Scatter:
    hollow = part == "older"
    return go.Scatter(
        x=[row[f"{part}_retention"] for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={
            "color": [_colour(row) for row in rows],
            "size": 11,
            "symbol": "circle-open" if hollow else "circle",
            "line": {"width": 2},
        },
        customdata=[[row["attribute"], row["value"], part] for row in rows],
        hovertext=[
            f"{theme.safe(name)} · {label(part)}<br><b>{format_value(row[f'{part}_retention'], 'share')}</b><br>"
            + out_of(row, f"{part}_")
            + f"<br>{_change_text(row)}{'' if row['verdict'] in _COLOURS else ' · ' + label('within_chance')}"
            for row, name in zip(rows, names, strict=False)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        name=_("Before (older cohorts)") if hollow else _("Now (newer cohorts)"),
        **theme.PALE_UNSELECTED,
    )


def _change_text(row: dict[str, Any]) -> str:
    if pd.isna(row["change"]):
        return _("only on one side")
    sign = "▲ " if row["verdict"] == "up" else "▼ " if row["verdict"] == "down" else ""
    return _("{sign}{change} points").format(sign=sign, change=format_points(row["change"]))
