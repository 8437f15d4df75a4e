"""The cohort table as a heat map: who came when, and how many of them came back."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import cells, theme
from loyalty_metrics.charts.ages import age_step, ages_title
from loyalty_metrics.charts.cohort_hover import hover
from loyalty_metrics.charts.cohort_table import POOLED_AT, CohortTable, read_cohorts
from loyalty_metrics.language import _, format_value, label

MOST_LABELS = 180
"""Above so many cells numbers are left to the hover: they cost three times the painting and cannot be read."""

MOST_ESTIMATES = 40
"""Above so many cohorts the estimates of unfinished cells are left to the hover: rows are lower than a number."""

FLAG_WIDTH, FLAG_HEIGHT = 0.18, 10
"""Of the mark of a cell that stands out: at least so much of the cell's width, and at most so many pixels."""

MOST_MARKED = 800
"""Above so many cells the one chosen is not framed: a mark for each would cost twice the rest of the painting."""


def cohort_heatmap(
    frame: pd.DataFrame,
    value: str = "retention",
    grain: str = "month",
    clock: str = "calendar",
    currency: str | None = None,
    smoothed: bool = False,
) -> go.Figure:
    """Cohorts by age; the newest cohort at the bottom, all cohorts together in a row apart on top.

    Coloured: over. Hatched: not over yet, with what it will come to. Blank: not reached. A triangle marks what differs
    from the other cohorts by more than chance. Age 0 is grey for values that jump there, since at the first purchase
    everyone bought.

    Args:
        frame: The measure `cohort_retention`.
        value: The column to show.
        grain: Length of a period.
        clock: `calendar` or `rolling`.
        currency: Of money values.
        smoothed: Show retention drawn towards that of all cohorts.

    Returns:
        A heat map with one invisible marker a cell on top; its customdata is [cohort, age], with no cohort for all.
    """
    table = read_cohorts(frame, value, grain, clock, currency, smoothed)
    if table is None:
        return theme.empty()
    labelled = len(table.observed) <= MOST_LABELS
    chart = theme.figure(round(table.rows_height) + (112 if labelled else 156))
    chart.add_traces([_coloured(table, rows) for rows in (False, True)])
    chart.add_traces([trace for trace in (_first_ages(table), _unfinished(table)) if trace])
    chart.add_traces(_flags(table))
    chart.add_traces([_unreached(table), _selectable(table)])
    chart.add_traces(_numbers(table, table.observed if labelled else _cells_to_name(table)))
    _lay_out(chart, table, labelled)
    return theme.fit(chart)


def _coloured(table: CohortTable, pooled: bool) -> go.Heatmap:
    """The cells that are over; the pooled row is a map of its own, since all rows of one map are equally tall."""
    cells = table.cells[table.in_colour & (table.cells["cohort"].isna() == pooled)]
    rows = 1 if pooled else len(table.cohorts)
    grid = np.full((rows, table.oldest + 1), np.nan)
    for cohort, age, value in zip(cells["cohort"], cells["age"], cells["shown"], strict=True):
        grid[0 if pooled else int(table.row(cohort)), int(age)] = value
    start = POOLED_AT if pooled else 0.0
    return go.Heatmap(
        z=[[None if np.isnan(z) else round(float(z), 6) for z in line] for line in grid],
        x=(np.arange(table.oldest + 2) - 0.5).tolist(),
        y=(np.arange(rows + 1) + start - 0.5).tolist(),
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )


def _first_ages(table: CohortTable) -> go.Scatter | None:
    """Age 0 as quiet grey squares."""
    cells = table.observed
    cells = cells[(cells["age"] == 0) & ~table.in_colour.reindex(cells.index) & (cells["state"] != "in_progress")]
    return _squares(table, cells, fillcolor=theme.GRID) if len(cells) else None


def _unfinished(table: CohortTable) -> go.Scatter | None:
    """Hatched squares with their own entry in the legend."""
    cells = table.observed
    cells = cells[cells["state"] == "in_progress"]
    if cells.empty:
        return None
    pattern = {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": theme.HATCH, "bgcolor": theme.CLEAR}
    estimated = cells["estimate"].notna().any()
    name = _("Not over yet: ≈ what it will come to") if estimated else _("Not over yet: will still change")
    return _squares(table, cells, name=name, showlegend=True, fillpattern=pattern)


def _flags(table: CohortTable) -> list[go.Scatter]:
    """A triangle in the corner of each cell that differs by more than chance; one path for all of one kind."""
    kinds = (
        ("above", 1, theme.RAISED, _("▲ Above the other cohorts, beyond chance")),
        ("below", -1, theme.SUNK, _("▼ Below the other cohorts, beyond chance")),
    )
    return [
        _triangles(table, found, up, fillcolor=colour, name=name, showlegend=True)
        for verdict, up, colour, name in kinds
        if len(found := table.flagged[table.flagged["verdict"] == verdict])
    ]


def _triangles(table: CohortTable, found: pd.DataFrame, up: int, **look: Any) -> go.Scatter:
    """Pointing up or down, in the upper right corner of their cells: beside the number, however large cells are."""
    width = min(0.4, max(FLAG_WIDTH, 0.0115 * (table.oldest + 1)))
    height = min(0.66, FLAG_HEIGHT / table.row_height)
    x: list[float | None] = []
    y: list[float | None] = []
    for cohort, age in zip(found["cohort"], found["age"], strict=True):
        right, top = age + 0.46, table.row(cohort) - 0.42
        base, tip = (top + height, top) if up > 0 else (top, top + height)
        x += [right - width, right, right - width / 2, right - width, None]
        y += [base, base, tip, base, None]
    line = {"mode": "lines", "line": {"width": 1.5, "color": theme.INK}, "fill": "toself", "hoverinfo": "skip"}
    return go.Scatter(x=x, y=y, **(line | look))


def _unreached(table: CohortTable) -> go.Scatter:
    """Answers the pointer over the cells that are blank, and draws nothing."""
    cells = table.unreached
    return go.Scatter(
        x=cells["age"].tolist(),
        y=[table.row(cohort) for cohort in cells["cohort"]],
        mode="markers",
        marker={"size": 8, "color": theme.CLEAR, "maxdisplayed": 1},
        hovertemplate=_("Not reached yet: nobody can tell") + "<extra></extra>",
        showlegend=len(cells) > 0,
        name=_("Blank: not reached yet"),
    )


def _squares(table: CohortTable, cells: pd.DataFrame, **look: Any) -> go.Scatter:
    """One shape of many squares: it stretches with the chart, and costs less than a shape for each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for cohort, age in zip(cells["cohort"], cells["age"], strict=True):
        row, edge = table.row(cohort), 0.47
        x += [age - edge, age + edge, age + edge, age - edge, age - edge, None]
        y += [row - edge, row - edge, row + edge, row + edge, row - edge, None]
    quiet = {"mode": "lines", "line": {"width": 0}, "fill": "toself", "hoverinfo": "skip", "showlegend": False}
    return go.Scatter(x=x, y=y, **(quiet | look))


def _cells_to_name(table: CohortTable) -> pd.DataFrame:
    """The cells that are named in a large table: estimates, and the pooled ones of the first age and on the axis."""
    cells, step = table.observed, age_step(table.oldest)
    named = (cells["age"] == 1) | ((cells["age"] % step == 0) & (cells["age"] > 1))
    return cells[
        (cells["cohort"].isna() & named) | (cells["estimate"].notna() & (len(table.cohorts) <= MOST_ESTIMATES))
    ]


def _numbers(table: CohortTable, named: pd.DataFrame) -> list[go.Scatter]:
    """The value in each of these cells."""
    low, high = table.ends
    density = (named["shown"] - low) / max(high - low, 1e-12)
    dense = table.in_colour.reindex(named.index) & (density > theme.WHITE_TEXT_ABOVE)
    small = (table.unit != "share" and table.oldest > 8) or table.row_height < 18
    texts = [table.label(row) for row in theme.records(named)]
    return cells.numbers(*_places(table, named), texts, dense.tolist(), 9 if small else 11)


def _selectable(table: CohortTable) -> go.Scatter:
    rows = theme.records(table.observed)
    return cells.touchable(
        *_places(table, table.observed),
        size=max(8, round(table.row_height) - 4),
        customdata=[[None if pd.isna(row["cohort"]) else _iso(row["cohort"]), int(row["age"])] for row in rows],
        hovertext=[hover(table, row) for row in rows],
        # Cells answer the pointer whether or not their mark is drawn.
        maxdisplayed=1 if len(rows) > MOST_MARKED else 0,
    )


def _places(table: CohortTable, found: pd.DataFrame) -> tuple[list[float], list[float]]:
    return found["age"].tolist(), [table.row(cohort) for cohort in found["cohort"]]


def _iso(day: Any) -> str:
    return pd.Timestamp(day).date().isoformat()


def _title(table: CohortTable) -> str:
    words = {
        "retention": _("Of 100 new customers, how many bought (smoothed)")
        if table.smoothed
        else _("Of 100 new customers, how many bought"),
        "revenue_retention": _("Revenue, in % of the first period"),
        "orders_per_customer": _("Orders per customer"),
        "cumulative_revenue_per_customer": _("Revenue per customer so far"),
    }
    title = words.get(table.value, label(table.value))
    return f"{title} ({theme.safe(table.currency)})" if table.unit == "money" and table.currency else title


def _lay_out(chart: go.Figure, table: CohortTable, labelled: bool) -> None:
    low, high = table.ends
    chart.update_layout(
        xaxis=theme.axis(
            side="top",
            title={"text": f"<b>{_title(table)}</b><br>{ages_title(table.grain, table.clock)}", "standoff": 4},
            range=[-0.5, table.oldest + 0.5],
            dtick=age_step(table.oldest),
            tick0=0,
            showgrid=False,
        ),
        yaxis=theme.axis(range=[len(table.cohorts) - 0.4, POOLED_AT - 0.6], showgrid=False, **_row_names(table)),
        coloraxis={
            "colorscale": theme.SEQUENTIAL,
            "cmin": low,
            "cmax": high,
            "showscale": not labelled,
            "colorbar": _colour_bar(table),
        },
        legend={"x": 1, "xanchor": "right", "y": 0 if labelled else -44 / table.rows_height, "yanchor": "top"},
        margin={"t": 8, "b": 32 if labelled else 76},
        # The nearest cell, reached or not, answers wherever the pointer is within the table.
        hoverdistance=100,
    )


def _row_names(table: CohortTable) -> dict[str, Any]:
    """Each cohort with its size; every second one or fewer where rows stand close."""
    sizes = table.cells.dropna(subset=["cohort"]).groupby("cohort")["size"].first()
    every = -(-len(table.cohorts) // 40)
    shown = table.cohorts[(len(table.cohorts) - 1) % every :: every]
    names = [f"{table.name(c)} · {format_value(sizes[c], 'count')}" for c in shown]
    return {
        "tickvals": [POOLED_AT, *(table.row(cohort) for cohort in shown)],
        "ticktext": [f"<b>{_('All cohorts')}</b>", *names],
    }


def _colour_bar(table: CohortTable) -> dict[str, Any]:
    low, high = table.ends
    values = [low, (low + high) / 2, high]
    names = [table.says(value, short=True) for value in values]
    first = _("{value} or less").format(value=names[0]) if low > 0 else names[0]
    return {
        "orientation": "h",
        "thickness": 8,
        "len": 0.6,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "ypad": 4,
        "tickvals": values,
        "ticktext": [first, names[1], _("{value} or more").format(value=names[2])],
        "outlinewidth": 0,
    }
