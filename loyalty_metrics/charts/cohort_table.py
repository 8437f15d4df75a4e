"""The cohort table before it is drawn: which cells, on what scale, in what words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.language import format_value, period_label

MOST_COHORTS, MOST_AGES = 60, 60
"""Rows and columns drawn, the newest and the youngest; more are finer than a finger or a glance can tell apart."""

EDGE_MARK = "° "
"""Stands before the name of a cohort within the edge of the data."""

POOLED_AT = -1.5
"""Where the row of all cohorts stands; half a row apart from the first cohort."""

_UNITS = {
    "retention": "share",
    "revenue_retention": "share",
    "orders_per_customer": "number",
    "cumulative_revenue_per_customer": "money",
}
_GROWING = {"cumulative_revenue_per_customer"}
"""Values that have no jump at age 0, so that it may share the colours of the others."""


@dataclass(frozen=True)
class CohortTable:
    """What is drawn: the cells, and how to say what they hold.

    `shown`, `shown_low` and `shown_high` are the value chosen and its interval; `estimate` is what an unfinished cell
    is expected to come to.
    """

    cells: pd.DataFrame
    value: str
    grain: str
    clock: str
    currency: str | None
    smoothed: bool = False

    @cached_property
    def unit(self) -> str:
        return _UNITS[self.value]

    @cached_property
    def cohorts(self) -> list[Any]:
        return sorted(self.cells["cohort"].dropna().unique())

    @cached_property
    def at_edge(self) -> set[Any]:
        """Cohorts within the edge of the data, where old customers look new."""
        return set(self.cells.loc[self.cells["at_edge"] == "yes", "cohort"])

    def name(self, cohort: Any) -> str:
        """What a cohort is called; one within the edge of the data has a mark."""
        return f"{EDGE_MARK if cohort in self.at_edge else ''}{period_label(cohort, self.grain)}"

    @cached_property
    def oldest(self) -> int:
        return int(self.cells["age"].max())

    @cached_property
    def in_colour(self) -> pd.Series:
        """Cells that may be compared with each other by colour."""
        comparable = self.cells["state"].isin(["complete", "pooled"]) & ~self.cells["cohort"].isin(self.at_edge)
        return comparable if self.value in _GROWING else comparable & (self.cells["age"] > 0)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Bottom and top of the colours, for the whole table.

        Two cells in a hundred lie beyond either end, so that a freak cell does not pale the others. The bottom is 0
        unless the values are closer together than that shows; the spread never takes more than half the colours.
        """
        values = self.cells.loc[self.in_colour & self.cells["cohort"].notna(), "shown"].dropna()
        if values.empty or values.max() <= 0:
            return 0.0, 1.0
        low, high = np.quantile(values.to_numpy("float64"), [0.02, 0.98])
        return (max(0.0, 2 * float(low) - float(high)), float(high)) if high > 0 else (0.0, float(values.max()))

    def row(self, cohort: Any) -> float:
        return POOLED_AT if pd.isna(cohort) else float(self.cohorts.index(cohort))

    def says(self, value: Any, short: bool = False) -> str:
        return format_value(value, self.unit, self.currency, compact=short)

    def short(self, value: float) -> str:
        """Without the sign of percent or currency: the title says it once, and a cell on a phone is narrow."""
        if self.unit == "share":
            return format_value(round(100 * value), "count")
        return format_value(value, self.unit, None, compact=True)

    @cached_property
    def observed(self) -> pd.DataFrame:
        """Cells that have been reached and hold a value."""
        return self.cells[self.cells["state"] != "unobservable"].dropna(subset=["shown"])

    @cached_property
    def unreached(self) -> pd.DataFrame:
        """Cells whose period has not begun."""
        return self.cells[self.cells["state"] == "unobservable"]

    @cached_property
    def flagged(self) -> pd.DataFrame:
        """Cells that differ from the other cohorts of their age by more than chance; told of retention alone."""
        found = self.cells["verdict"].isin(["above", "below"]) & (self.value == "retention")
        return self.cells[found]

    def label(self, cell: dict[str, Any]) -> str:
        """What stands in a cell: of an unfinished one what it will come to, or that it still counts."""
        if cell["state"] != "in_progress":
            return self.short(cell["shown"])
        if pd.isna(cell["estimate"]):
            return f"{self.short(cell['shown'])}…"
        return f"≈{self.short(cell['estimate'])}"

    @cached_property
    def row_height(self) -> float:
        """Few rows stand tall, many stand close; a table of up to 24 cohorts fits a screen."""
        return min(34.0, max(14.0, 460 / (len(self.cohorts) + 1.5)))

    @cached_property
    def rows_height(self) -> float:
        """Height of all rows together, in pixels."""
        return self.row_height * (len(self.cohorts) + 1.7)


def read_cohorts(
    frame: pd.DataFrame, value: str, grain: str, clock: str, currency: str | None, smoothed: bool = False
) -> CohortTable | None:
    """The part of the measure `cohort_retention` that is drawn; None without cohorts.

    Args:
        frame: The measure.
        value: The column to show.
        grain: Length of a period.
        clock: `calendar` or `rolling`.
        currency: Of money values.
        smoothed: Whether retention is shown drawn towards that of all cohorts, where that is known.
    """
    cells = frame[frame["age"] <= MOST_AGES]
    newest = sorted(cells["cohort"].dropna().unique())[-MOST_COHORTS:]
    cells = cells[cells["cohort"].isna() | cells["cohort"].isin(newest)].reset_index(drop=True)
    retention = value == "retention"
    names = [value, "low", "high"] if retention else [value, f"{value}_low", f"{value}_high"]
    shown = cells[names].set_axis(["shown", "shown_low", "shown_high"], axis=1)
    if smoothed and retention:
        better = cells[["smoothed", "smoothed_low", "smoothed_high"]].set_axis(shown.columns, axis=1)
        shown = better.where(better["shown"].notna(), shown)
    estimate = cells["expected"] if retention else np.nan
    cells = cells.assign(estimate=estimate, **{str(name): shown[name] for name in shown})
    return CohortTable(cells, value, grain, clock, currency, smoothed and retention) if newest else None


def is_cut(frame: pd.DataFrame) -> bool:
    """Whether the measure `cohort_retention` holds more cohorts or ages than are drawn."""
    return frame["cohort"].nunique() > MOST_COHORTS or bool((frame["age"] > MOST_AGES).any())
