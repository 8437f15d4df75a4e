"""The cohort table as a heat map: who came when, and how many of them came back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import age_step, ages_title, later
from loyalty_metrics.language import _, format_interval, format_value, label, period_label

MOST_COHORTS, MOST_AGES = 60, 60
"""Rows and columns drawn, the newest and the youngest; more are finer than a finger or a glance can tell apart."""

MOST_LABELS = 180
"""Above so many cells numbers are left to the hover: they cost three times the painting and cannot be read."""

POOLED_AT = -1.5
"""Where the row of all cohorts stands; half a row apart from the first cohort."""

_UNITS = {
    "retention": "share",
    "revenue_retention": "share",
    "orders_per_customer": "number",
    "cumulative_revenue_per_customer": "money",
    "retained": "count",
    "orders": "count",
    "revenue": "money",
}
_GROWING = {"cumulative_revenue_per_customer"}
"""Values that have no jump at age 0, so that it may share the colours of the others."""


@dataclass(frozen=True)
class _Table:
    """What is drawn: the cells, and how to say what they hold."""

    cells: pd.DataFrame
    value: str
    grain: str
    clock: str
    currency: str | None

    @property
    def unit(self) -> str:
        return _UNITS[self.value]

    @property
    def cohorts(self) -> list[Any]:
        return sorted(self.cells["cohort"].dropna().unique())

    @property
    def oldest(self) -> int:
        return int(self.cells["age"].max())

    @property
    def in_colour(self) -> pd.Series:
        """Cells that may be compared with each other by colour."""
        comparable = self.cells["state"].isin(["complete", "pooled"])
        return comparable if self.value in _GROWING else comparable & (self.cells["age"] > 0)

    @property
    def ends(self) -> tuple[float, float]:
        """Bottom and top of the colours, for the whole table.

        Two cells in a hundred lie beyond either end, so that a freak cell does not pale the others. The bottom is 0
        unless the values are closer together than that shows; the spread never takes more than half the colours.
        """
        values = self.cells.loc[self.in_colour & self.cells["cohort"].notna(), self.value].dropna()
        if values.empty or values.max() <= 0:
            return 0.0, 1.0
        low, high = np.quantile(values.to_numpy("float64"), [0.02, 0.98])
        return (max(0.0, 2 * float(low) - float(high)), float(high)) if high > 0 else (0.0, float(values.max()))

    def row(self, cohort: Any) -> float:
        return POOLED_AT if pd.isna(cohort) else float(self.cohorts.index(cohort))

    def says(self, value: Any, short: bool = False) -> str:
        return format_value(value, self.unit, self.currency, compact=short)


def cohort_heatmap(
    frame: pd.DataFrame,
    value: str = "retention",
    grain: str = "month",
    clock: str = "calendar",
    currency: str | None = None,
) -> go.Figure:
    """Cohorts by age; the newest cohort at the bottom, all cohorts together in a row apart on top.

    Coloured: over. Hatched: not over yet. Blank: not reached. Age 0 is grey for values that jump there, since at the
    first purchase everyone bought.

    Args:
        frame: The measure `cohort_retention`.
        value: The column to show.
        grain: Length of a period.
        clock: `calendar` or `rolling`.
        currency: Of money values.

    Returns:
        A heat map with one invisible marker a cell on top; its customdata is [cohort, age], with no cohort for all.
    """
    table = _table(frame, value, grain, clock, currency)
    if table is None:
        return theme.empty()
    labelled = len(_observed(table)) <= MOST_LABELS
    chart = theme.figure(round(_rows_height(table)) + (112 if labelled else 156))
    chart.add_traces([_coloured(table, rows) for rows in (False, True)])
    chart.add_traces([trace for trace in (_first_ages(table), _unfinished(table)) if trace])
    if labelled:
        chart.add_traces(_numbers(table))
    chart.add_trace(_selectable(table))
    _lay_out(chart, table, labelled)
    return chart


def _table(frame: pd.DataFrame, value: str, grain: str, clock: str, currency: str | None) -> _Table | None:
    cells = frame[frame["age"] <= MOST_AGES]
    newest = sorted(cells["cohort"].dropna().unique())[-MOST_COHORTS:]
    cells = cells[cells["cohort"].isna() | cells["cohort"].isin(newest)]
    return _Table(cells, value, grain, clock, currency) if newest else None


def _observed(table: _Table) -> pd.DataFrame:
    return table.cells[table.cells["state"] != "unobservable"].dropna(subset=[table.value])


def _row_height(table: _Table) -> float:
    """Few rows stand tall, many stand close; a table of up to 24 cohorts fits a screen."""
    return min(34.0, max(14.0, 460 / (len(table.cohorts) + 1.5)))


def _rows_height(table: _Table) -> float:
    return _row_height(table) * (len(table.cohorts) + 1.7)


def _coloured(table: _Table, pooled: bool) -> go.Heatmap:
    """The cells that are over; the pooled row is a map of its own, since all rows of one map are equally tall."""
    cells = table.cells[table.in_colour & (table.cells["cohort"].isna() == pooled)]
    rows = 1 if pooled else len(table.cohorts)
    grid = np.full((rows, table.oldest + 1), np.nan)
    for cohort, age, value in zip(cells["cohort"], cells["age"], cells[table.value], strict=True):
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


def _first_ages(table: _Table) -> go.Scatter | None:
    """Age 0 as quiet grey squares."""
    cells = _observed(table)
    cells = cells[(cells["age"] == 0) & ~table.in_colour.reindex(cells.index) & (cells["state"] != "in_progress")]
    return _squares(table, cells, fillcolor=theme.GRID) if len(cells) else None


def _unfinished(table: _Table) -> go.Scatter | None:
    """Hatched squares with their own entry in the legend."""
    cells = _observed(table)
    cells = cells[cells["state"] == "in_progress"]
    if cells.empty:
        return None
    pattern = {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": theme.HATCH, "bgcolor": theme.CLEAR}
    return _squares(table, cells, name=_("Not over yet: will still change"), showlegend=True, fillpattern=pattern)


def _squares(table: _Table, cells: pd.DataFrame, **look: Any) -> go.Scatter:
    """One shape of many squares: it stretches with the chart, and costs less than a shape for each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for cohort, age in zip(cells["cohort"], cells["age"], strict=True):
        row, edge = table.row(cohort), 0.47
        x += [age - edge, age + edge, age + edge, age - edge, age - edge, None]
        y += [row - edge, row - edge, row + edge, row + edge, row - edge, None]
    quiet = {"mode": "lines", "line": {"width": 0}, "fill": "toself", "hoverinfo": "skip", "showlegend": False}
    return go.Scatter(x=x, y=y, **(quiet | look))


def _numbers(table: _Table) -> list[go.Scatter]:
    """The value in each cell; white where the colour beneath is dense, else in the page's own colour."""
    cells = _observed(table)
    low, high = table.ends
    density = (cells[table.value] - low) / max(high - low, 1e-12)
    dense = table.in_colour.reindex(cells.index) & (density > theme.WHITE_TEXT_ABOVE)
    return [_texts(table, cells[mask], colour) for mask, colour in ((dense, "#ffffff"), (~dense, None)) if mask.any()]


def _texts(table: _Table, cells: pd.DataFrame, colour: str | None) -> go.Scatter:
    small = table.unit != "share" and table.oldest > 8
    return go.Scatter(
        x=cells["age"].tolist(),
        y=[table.row(cohort) for cohort in cells["cohort"]],
        mode="text",
        text=[_short(table, value) for value in cells[table.value]],
        textfont={"size": 9 if small else 11} | ({"color": colour} if colour else {}),
        hoverinfo="skip",
        showlegend=False,
    )


def _short(table: _Table, value: float) -> str:
    """Without the sign of percent or currency: the title says it once, and a cell on a phone is narrow."""
    if table.unit == "share":
        return format_value(round(100 * value), "count")
    return format_value(value, table.unit, None, compact=True)


def _selectable(table: _Table) -> go.Scatter:
    """Invisible markers: a heat map's own cells cannot be selected."""
    cells = _observed(table)
    rows = theme.records(cells)
    return go.Scatter(
        x=cells["age"].tolist(),
        y=[table.row(cohort) for cohort in cells["cohort"]],
        mode="markers",
        marker={"symbol": "square", "size": max(8, round(_row_height(table)) - 4), "color": theme.CLEAR},
        selected={"marker": {"color": theme.faded(theme.ORANGE, 0.75)}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=[[None if pd.isna(row["cohort"]) else _iso(row["cohort"]), int(row["age"])] for row in rows],
        hovertext=[_hover(table, row) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="",
    )


def _iso(day: Any) -> str:
    return pd.Timestamp(day).date().isoformat()


def _hover(table: _Table, row: dict[str, Any]) -> str:
    """Kept short: a table has some thousand cells, and each sends its words to the browser."""
    who = _("All cohorts") if pd.isna(row["cohort"]) else period_label(row["cohort"], table.grain)
    lines = [f"{who} · {later(int(row['age']), table.grain)}", f"<b>{theme.safe(table.says(row[table.value]))}</b>"]
    if table.value == "retention":
        lines.append(format_interval(row["low"], row["high"], "share"))
    counts = _("{retained} of {size} customers")
    lines.append(
        counts.format(retained=format_value(row["retained"], "count"), size=format_value(row["size"], "count"))
    )
    if row["state"] == "in_progress":
        lines.append(f"<i>{label('in_progress')}</i>")
    return "<br>".join(lines)


def _title(table: _Table) -> str:
    words = {
        "retention": _("Of 100 new customers, so many bought"),
        "revenue_retention": _("Revenue, in % of the first period"),
        "orders_per_customer": _("Orders per customer"),
        "cumulative_revenue_per_customer": _("Revenue per customer so far"),
    }
    title = words.get(table.value, label(table.value))
    return f"{title} ({theme.safe(table.currency)})" if table.unit == "money" and table.currency else title


def _lay_out(chart: go.Figure, table: _Table, labelled: bool) -> None:
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
        legend={"x": 1, "xanchor": "right", "y": 0 if labelled else -44 / _rows_height(table), "yanchor": "top"},
        margin={"t": 8, "b": 32 if labelled else 76},
        # The nearest cell answers wherever the pointer is within the table.
        hoverdistance=100,
    )


def _row_names(table: _Table) -> dict[str, Any]:
    """Each cohort with its size; every second one or fewer where rows stand close."""
    sizes = table.cells.dropna(subset=["cohort"]).groupby("cohort")["size"].first()
    every = -(-len(table.cohorts) // 40)
    shown = table.cohorts[(len(table.cohorts) - 1) % every :: every]
    names = [f"{period_label(c, table.grain)} · {format_value(sizes[c], 'count')}" for c in shown]
    return {
        "tickvals": [POOLED_AT, *(table.row(cohort) for cohort in shown)],
        "ticktext": [f"<b>{_('All cohorts')}</b>", *names],
    }


def _colour_bar(table: _Table) -> dict[str, Any]:
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
