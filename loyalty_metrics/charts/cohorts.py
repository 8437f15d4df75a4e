"""The cohort table as a heat map: who came when, and how many of them came back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, period_label

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
    def cap(self) -> float:
        """The top of the colours: what one cell in fifty exceeds, so that a freak cell does not pale the others."""
        values = self.cells.loc[self.in_colour & self.cells["cohort"].notna(), self.value].dropna()
        return float(np.quantile(values, 0.98)) if len(values) and values.max() > 0 else 1.0

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
    chart = theme.figure(96 + round(_row_height(table) * (len(table.cohorts) + 1.5)) + (0 if labelled else 44))
    chart.add_traces([_coloured(table, rows) for rows in (False, True)])
    chart.add_traces([trace for trace in (_first_ages(table), _unfinished(table)) if trace])
    if labelled:
        chart.add_traces(_numbers(table))
    chart.add_trace(_selectable(table))
    _lay_out(chart, table, labelled)
    return chart


def age_words(age: int, grain: str) -> str:
    """How long after the first purchase, in words."""
    if age == 0:
        return _("in the period of the first purchase")
    words = {
        "day": ngettext("{n} day after the first purchase", "{n} days after the first purchase", age),
        "week": ngettext("{n} week after the first purchase", "{n} weeks after the first purchase", age),
        "month": ngettext("{n} month after the first purchase", "{n} months after the first purchase", age),
        "quarter": ngettext("{n} quarter after the first purchase", "{n} quarters after the first purchase", age),
    }
    return words[grain].format(n=age)


def ages_title(grain: str, clock: str = "calendar") -> str:
    """The title of an axis of ages."""
    if clock == "rolling" and grain in ("month", "quarter"):
        days = 30 if grain == "month" else 90
        return _("Spans of {days} days after the first purchase").format(days=days)
    words = {
        "day": _("Days after the first purchase"),
        "week": _("Weeks after the first purchase"),
        "month": _("Months after the first purchase"),
        "quarter": _("Quarters after the first purchase"),
    }
    return words[grain]


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
    """The value in each cell; white on dark cells, the page's own colour where no colour lies beneath."""
    cells = _observed(table)
    coloured = table.in_colour.reindex(cells.index)
    dark = coloured & (cells[table.value] > 0.5 * table.cap)
    groups = ((dark, "#ffffff"), (coloured & ~dark, "#1f2933"), (~coloured, None))
    return [_texts(table, cells[mask], colour) for mask, colour in groups if mask.any()]


def _texts(table: _Table, cells: pd.DataFrame, colour: str | None) -> go.Scatter:
    return go.Scatter(
        x=cells["age"].tolist(),
        y=[table.row(cohort) for cohort in cells["cohort"]],
        mode="text",
        text=[_short(table, value) for value in cells[table.value]],
        textfont={"size": 11} | ({"color": colour} if colour else {}),
        hoverinfo="skip",
        showlegend=False,
    )


def _short(table: _Table, value: float) -> str:
    """Percents without their sign: the title says it once, and on a phone there is room for two digits."""
    if table.unit == "share":
        return format_value(round(100 * value), "count")
    return table.says(value, short=True)


def _selectable(table: _Table) -> go.Scatter:
    """Invisible markers: a heat map's own cells cannot be selected."""
    cells = _observed(table)
    rows = cells.to_dict("records")
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
    if pd.isna(row["cohort"]):
        who = label("pooled").capitalize()
    else:
        who = _("First bought in {period}").format(period=period_label(row["cohort"], table.grain))
    lines = [
        f"<b>{who}</b>",
        age_words(int(row["age"]), table.grain),
        f"<b>{theme.safe(table.says(row[table.value]))}</b> {_what(table)}",
    ]
    if table.value == "retention":
        lines.append(format_interval(row["low"], row["high"], "share"))
    counts = _("{retained} of {size} customers bought")
    lines.append(
        counts.format(retained=format_value(row["retained"], "count"), size=format_value(row["size"], "count"))
    )
    if row["state"] == "in_progress":
        lines.append(_("<i>This period is not over yet</i>"))
    return "<br>".join(lines)


def _what(table: _Table) -> str:
    words = {
        "retention": _("bought"),
        "revenue_retention": _("of the revenue of the first period"),
        "orders_per_customer": _("orders per customer"),
        "cumulative_revenue_per_customer": _("per customer so far"),
    }
    return words.get(table.value, label(table.value).lower())


def _title(table: _Table) -> str:
    words = {
        "retention": _("Of 100 new customers, so many bought"),
        "revenue_retention": _("Revenue, in % of the first period"),
        "orders_per_customer": _("Orders per customer"),
        "cumulative_revenue_per_customer": _("Revenue per customer so far"),
    }
    return words.get(table.value, label(table.value))


def _lay_out(chart: go.Figure, table: _Table, labelled: bool) -> None:
    rows = [table.row(cohort) for cohort in table.cohorts]
    sizes = table.cells.dropna(subset=["cohort"]).groupby("cohort")["size"].first()
    names = [f"{period_label(c, table.grain)} · {format_value(sizes[c], 'count')}" for c in table.cohorts]
    every = -(-len(rows) // 40)
    chart.update_layout(
        xaxis=theme.axis(
            side="top",
            title={"text": f"<b>{_title(table)}</b> · {ages_title(table.grain, table.clock).lower()}", "standoff": 4},
            range=[-0.5, table.oldest + 0.5],
            dtick=1 if table.oldest <= 14 else 3 if table.oldest <= 36 else 6,
            tick0=0,
            showgrid=False,
        ),
        yaxis=theme.axis(
            range=[len(rows) - 0.4, POOLED_AT - 0.6],
            tickvals=[POOLED_AT, *rows[(len(rows) - 1) % every :: every]],
            ticktext=[f"<b>{_('All cohorts')}</b>", *names[(len(rows) - 1) % every :: every]],
            showgrid=False,
        ),
        coloraxis={
            "colorscale": list(theme.SEQUENTIAL),
            "cmin": 0,
            "cmax": table.cap,
            "showscale": not labelled,
            "colorbar": _colour_bar(table),
        },
        legend={"x": 1, "xanchor": "right", "y": 0, "yanchor": "top"},
        margin={"t": 8, "b": 36},
        # The nearest cell answers wherever the pointer is within the table.
        hoverdistance=100,
    )


def _colour_bar(table: _Table) -> dict[str, Any]:
    ends = [0.0, table.cap / 2, table.cap]
    names = [table.says(end, short=True) for end in ends]
    return {
        "orientation": "h",
        "thickness": 8,
        "len": 0.5,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "tickvals": ends,
        "ticktext": [*names[:2], _("{value} or more").format(value=names[2])],
        "outlinewidth": 0,
    }
