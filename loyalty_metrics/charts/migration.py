"""How customers moved between segments: flows for the eye, and a matrix to read and click."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import cells, theme
from loyalty_metrics.language import _, format_value, label

FLOW_HEIGHT, ROW_HEIGHT = 460, 34


def flows(frame: pd.DataFrame, counted: str = "customers", currency: str | None = None) -> go.Figure:
    """Bands from the segments of the earlier date, left, to those of now, right; as wide as the number in them.

    Args:
        frame: The measure `rfm_migration`.
        counted: `customers` or `revenue_before`.
        currency: Of money.

    Returns:
        A Sankey diagram; bands take the colour of where they end.
    """
    moved = frame[frame[counted].astype("float64") > 0]
    if moved.empty:
        return theme.empty()
    before, now = segments(moved, "before"), segments(moved, "now")
    says = _says(counted, currency)
    chart = theme.figure(FLOW_HEIGHT)
    totals = [moved.loc[moved["segment_before"] == s, counted].sum() for s in before]
    totals += [moved.loc[moved["segment_now"] == s, counted].sum() for s in now]
    names = [f"{theme.safe(label(s))} · {says(t)}" for s, t in zip([*before, *now], totals, strict=True)]
    chart.add_trace(
        go.Sankey(
            arrangement="fixed",
            textfont={"color": theme.INK, "size": 12, "shadow": "none"},
            node={
                "label": names,
                "color": [theme.segment_colour(s) for s in [*before, *now]],
                "pad": 10,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
                **_places(len(before), len(now), totals),
            },
            link={
                "source": [before.index(s) for s in moved["segment_before"]],
                "target": [len(before) + now.index(s) for s in moved["segment_now"]],
                "value": moved[counted].astype("float64").tolist(),
                "color": [theme.faded(theme.segment_colour(s), 0.35) for s in moved["segment_now"]],
                "customdata": [_hover(row, currency) for row in theme.records(moved)],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    return chart.update_layout(margin={"t": 8, "b": 8})


def matrix(frame: pd.DataFrame, counted: str = "customers", currency: str | None = None) -> go.Figure:
    """Earlier segments down, present ones across; a cell holds those who moved from one to the other.

    Args:
        frame: The measure `rfm_migration`.
        counted: `customers` or `revenue_before`.
        currency: Of money.

    Returns:
        A heat map of shares of the row with numbers and one invisible marker a cell; customdata is
        [segment_before, segment_now].
    """
    if frame.empty:
        return theme.empty()
    before, now = segments(frame, "before"), segments(frame, "now")
    rows = theme.records(frame)
    places = [(now.index(row["segment_now"]), before.index(row["segment_before"])) for row in rows]
    shares: list[list[float | None]] = [[None] * len(now) for _row in before]
    for (x, y), row in zip(places, rows, strict=True):
        shares[y][x] = round(float(row["share_of_before"]), 4)
    chart = theme.figure(ROW_HEIGHT * len(before) + 110)
    chart.add_trace(
        go.Heatmap(
            z=shares, zmin=0, zmax=1, colorscale=theme.SEQUENTIAL, showscale=False, xgap=1, ygap=1, hoverinfo="skip"
        )
    )
    says = _says(counted, currency)
    xs, ys = [x for x, _y in places], [y for _x, y in places]
    dense = [float(row["share_of_before"]) > theme.WHITE_TEXT_ABOVE for row in rows]
    chart.add_traces(cells.numbers(xs, ys, [says(row[counted]) for row in rows], dense, 10))
    chart.add_trace(
        cells.touchable(
            xs,
            ys,
            size=ROW_HEIGHT - 6,
            customdata=[[row["segment_before"], row["segment_now"]] for row in rows],
            hovertext=[_hover(row, currency) for row in rows],
        )
    )
    chart.update_layout(
        # Slanting, the names stand side by side on a phone too.
        xaxis=theme.axis(side="top", showgrid=False, tickangle=-45, **_ticks(now), range=[-0.5, len(now) - 0.5]),
        yaxis=theme.axis(showgrid=False, **_ticks(before), range=[len(before) - 0.5, -0.5]),
        margin={"t": 100, "r": 44},
        hoverdistance=60,
    )
    return theme.fit(chart)


def segments(frame: pd.DataFrame, when: str) -> list[str]:
    """The segments of one side, `before` or `now`, that anybody is in: best first, customers in none last."""
    name = f"segment_{when}"
    return frame.sort_values(f"position_{when}", na_position="last", kind="stable")[name].drop_duplicates().tolist()


def _places(before: int, now: int, totals: list[Any]) -> dict[str, list[float]]:
    """Where the nodes stand: Plotly would order them by itself, and best would not be on top."""
    ys: list[float] = []
    for side in (totals[:before], totals[before:]):
        whole, top = float(sum(side)), 0.0
        gaps = 0.022
        room = 1 - gaps * (len(side) - 1)
        for total in side:
            height = room * float(total) / whole
            ys.append(min(max(top + height / 2, 0.001), 0.999))
            top += height + gaps
    return {"x": [0.001] * before + [0.999] * now, "y": ys}


def _ticks(segments: list[str]) -> dict[str, Any]:
    return {"tickvals": list(range(len(segments))), "ticktext": [theme.safe(label(segment)) for segment in segments]}


def _says(counted: str, currency: str | None) -> Callable[[Any], str]:
    unit = "count" if counted == "customers" else "money"
    return lambda value: theme.safe(format_value(value, unit, currency, compact=True))


def _hover(row: dict[str, Any], currency: str | None) -> str:
    words = _("<b>{n}</b> from {before} to {now}<br>{share} of those who were there<br>worth {money} by then")
    return words.format(
        n=format_value(row["customers"], "count"),
        before=theme.safe(label(row["segment_before"])),
        now=theme.safe(label(row["segment_now"])),
        share=format_value(row["share_of_before"], "share"),
        money=theme.safe(format_value(row["revenue_before"], "money", currency)),
    )
