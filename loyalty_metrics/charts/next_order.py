"""The share of customers who have bought again, by days since their purchase."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.lines import LineEnd, name_lines, shortened
from loyalty_metrics.language import _, format_interval, format_value, or_unknown
from loyalty_metrics.measures.next_order import FEW_AT_RISK

MOST_GROUPS = 5
"""With all customers together, six lines: more cannot be told apart."""

YEAR = 365
"""Days drawn at most, or twice as many where it takes longer until half have bought again; the file holds all."""

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SIGNS = ("━", "╌", "┈", "┄", "╍", "┅")
"""Lines differ in their dashes too, for eyes that do not tell the colours apart."""


def next_order_curves(
    curves: pd.DataFrame, summary: pd.DataFrame, nth: int = 2, groups: Sequence[str] = ()
) -> go.Figure:
    """The share who have bought again, day by day, with the customers still watched beneath.

    A line ends where fewer than 30 customers are watched, unless there are no more than that in all.

    Args:
        curves: The measure `time_to_next_order`.
        summary: The measure `next_order_summary`: the reminder window and the median of all together.
        nth: The purchase that is waited for.
        groups: The groups drawn beside all together; the first five of them.

    Returns:
        Steps named at their ends; customdata is [state, day], or [state, group, day] where groups are drawn, with
        `theme.EVERY` for all together.
    """
    slow = summary["median"].max() > YEAR
    lines = _lines(curves[curves["days"] <= (2 * YEAR if slow else YEAR)], groups)
    if not lines or not lines[0][1]["bought_again"].max() > 0:
        return theme.empty(_("Nobody has bought again yet"))
    chart = theme.figure(420 + theme.LINE * len(lines))
    last = max(int(line["days"].iloc[-1]) for _name, line in lines)
    top = min(1.0, 1.12 * max(line["bought_again"].iloc[-1] for _name, line in lines))
    _window(chart, summary.iloc[0], last)
    for place, (name, line) in enumerate(lines):
        chart.add_traces(_band(line, place, len(lines)))
        chart.add_trace(_step(line, name, place, with_group=bool(groups)))
    _median(chart, summary.iloc[0], last, top)
    ends = [
        LineEnd(_named(name), float(line["bought_again"].iloc[-1]), theme.PALETTE[place], _SIGNS[place])
        for place, (name, line) in enumerate(lines)
    ]
    chart.update_layout(
        yaxis=theme.axis(range=[0, top], tickformat=".0%", title={"text": _("Have bought again")}),
        xaxis=theme.axis(range=[0, last], showgrid=False, title={"text": _title(nth)}, **_ticks(lines, last)),
        margin={"t": 24},
    )
    name_lines(chart, ends, top)
    return theme.fit(chart)


def _lines(curves: pd.DataFrame, groups: Sequence[str]) -> list[tuple[str | None, pd.DataFrame]]:
    """All together, then the groups, each as far as it can be trusted."""
    named: list[tuple[str | None, pd.DataFrame]] = [(None, curves[curves["group_name"].isna()])]
    named += [(name, curves[curves["group_name"] == name]) for name in groups[:MOST_GROUPS]]
    cut = [(name, line[line["at_risk"] >= FEW_AT_RISK]) for name, line in named]
    if cut[0][1].empty:
        cut[0] = named[0]
    return [(name, _from_zero(line)) for name, line in cut if len(line)]


def _from_zero(line: pd.DataFrame) -> pd.DataFrame:
    """Every line begins on day 0, where nobody has bought again."""
    if line["days"].iloc[0] == 0:
        return line
    start = line.iloc[[0]].assign(days=0, returned=0, waiting=0, bought_again=0.0, low=np.nan, high=np.nan)
    return pd.concat([start, line], ignore_index=True)


def _band(line: pd.DataFrame, place: int, lines: int) -> list[go.Scatter]:
    known = line.dropna(subset=["low", "high"])
    edge = {"x": known["days"].tolist(), "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    edge |= {"line": {"width": 0, "shape": "hv"}}
    colour = theme.faded(theme.PALETTE[place], 0.2 if lines == 1 else 0.1)
    return [
        go.Scatter(y=known["low"].tolist(), **edge),
        go.Scatter(y=known["high"].tolist(), fill="tonexty", fillcolor=colour, **edge),
    ]


def _step(line: pd.DataFrame, name: str | None, place: int, with_group: bool) -> go.Scatter:
    rows = theme.records(line)
    picks = ["returned", theme.EVERY if name is None else name] if with_group else ["returned"]
    return go.Scatter(
        x=line["days"].tolist(),
        y=line["bought_again"].tolist(),
        mode="lines",
        name=_named(name),
        line={"color": theme.PALETTE[place], "width": 3 if name is None else 2, "shape": "hv", "dash": _DASHES[place]},
        customdata=[[*picks, int(row["days"])] for row in rows],
        hovertext=[_hover(row, name) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _hover(row: dict[str, Any], name: str | None) -> str:
    share = format_value(row["bought_again"], "share")
    days = format_value(row["days"], "days")
    return "<br>".join(
        [
            theme.safe(_named(name)),
            _("<b>{share}</b> have bought again within {days}").format(share=share, days=days),
            format_interval(row["low"], row["high"], "share"),
            _("{n} customers watched for so long").format(n=format_value(row["at_risk"], "count")),
        ]
    )


def _named(name: str | None) -> str:
    return _("All customers") if name is None else or_unknown(name)


def _window(chart: go.Figure, row: pd.Series, last: int) -> None:
    """Shade the days on which a reminder pays."""
    if pd.isna(row["remind_from"]) or row["remind_from"] >= last:
        return
    start, end = float(row["remind_from"]), min(float(row["remind_until"]), last)
    chart.add_vrect(x0=start, x1=end, fillcolor=theme.faded(theme.ORANGE, 0.13), line_width=0, layer="below")
    days = {"start": format_value(row["remind_from"], "count"), "end": format_value(row["remind_until"], "count")}
    chart.add_annotation(
        text=_("Remind: day {start} to {end}").format(**days),
        x=start,
        y=1,
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"color": theme.ORANGE},
    )


def _median(chart: go.Figure, row: pd.Series, last: int, top: float) -> None:
    """Mark the day by which half have bought again, where it is drawn."""
    if pd.isna(row["median"]) or row["median"] > last or top < 0.5:
        return
    day = float(row["median"])
    chart.add_trace(
        go.Scatter(
            x=[day],
            y=[0.5],
            mode="markers",
            marker={"size": 10, "color": theme.BLUE, "line": {"width": 2, "color": "white"}},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    chart.add_annotation(
        text=_("half by day {day}").format(day=format_value(day, "count")),
        x=day,
        y=0.5,
        xanchor="left",
        yanchor="top",
        xshift=8,
        showarrow=False,
    )


def _title(nth: int) -> str:
    title = _("Days since the first purchase") if nth == 2 else _("Days since purchase {n}").format(n=nth - 1)
    note = _("Under each day: customers still waiting, in the colours of the lines")
    return f"{title}<br><span style='font-size:0.8em'>{note}</span>"


def _ticks(lines: Sequence[tuple[str | None, pd.DataFrame]], last: int) -> dict[str, Any]:
    """Days with, beneath each, how many customers of every line were still waiting."""
    step = next(step for step in (1, 2, 5, 10, 15, 30, 60, 90, 120, 180) if last / step <= 6)
    days = list(range(0, last + 1, step))
    texts = [
        "<br>".join([str(day), *(_still_waiting(line, day, theme.PALETTE[n]) for n, (_name, line) in enumerate(lines))])
        for day in days
    ]
    return {"tickvals": days, "ticktext": texts}


def _still_waiting(line: pd.DataFrame, day: int, colour: str) -> str:
    later = line.loc[line["days"] >= day, "at_risk"]
    end = line.iloc[-1]
    # Between the last day on which anything happened and the end of the picture nobody leaves.
    waiting = int(later.iloc[0]) if len(later) else int(end["at_risk"] - end["returned"] - end["waiting"])
    text = format_value(waiting, "count", compact=True)
    return f"<span style='color:{colour}'>{text}</span>"


def left_out(curves: pd.DataFrame, groups: Sequence[str]) -> list[str]:
    """The chosen groups too small for a line."""
    watched = curves[curves["at_risk"] >= FEW_AT_RISK].groupby("group_name").size()
    return [shortened(or_unknown(name)) for name in groups[:MOST_GROUPS] if name not in watched.index]
