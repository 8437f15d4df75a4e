"""The business week by week: every series that a review looks at, on one row of weeks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from loyalty_metrics.review_shape import EVERYBODY, Finding
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.weeks import THIN, Surprise, surprises

WEEK = timedelta(days=7)
Name = tuple[str, str]
"""An attribute and a value of it."""


@dataclass(frozen=True)
class Sums:
    """Sums a week: one row a part of the business, one column a week.

    Attributes:
        names: The parts.
        values: What they add up to.
        squares: The sums of squares of what was added up; of counts, the counts.
        source: The measure they come from.
        thin: How many there must be for it to be judged; see `stats.weeks.surprises`.
        counted: The values with those of weeks of which nothing is known; None where there are no such weeks.
    """

    names: tuple[Name, ...]
    values: FloatArray
    squares: FloatArray
    source: str
    thin: tuple[float, float] = THIN
    counted: FloatArray | None = None
    _kept: dict[int, Surprise] = field(default_factory=dict, compare=False)

    def surprises(self, weeks: int) -> Surprise:
        """Each week, or the last few together, against what came before; worked out once for all weeks."""
        if weeks not in self._kept:
            self._kept[weeks] = surprises(self.values, self.squares, weeks, self.thin)
        return self._kept[weeks]

    def without(self, weeks: Sequence[bool]) -> "Sums":
        """The same with nothing known of these weeks; what was counted in them is shown all the same."""
        values, squares = (np.where(weeks, np.nan, each) for each in (self.values, self.squares))
        return Sums(self.names, values, squares, self.source, self.thin, self.values)

    def row(self, name: Name) -> int:
        """The row of a part."""
        return self.names.index(name)

    def of(self, attribute: str) -> list[int]:
        """The rows of the parts by one attribute."""
        return [row for row, name in enumerate(self.names) if name[0] == attribute]


@dataclass(frozen=True)
class Shares:
    """Shares a week: how many did of how many, one row a part of the business, one column a week.

    Attributes:
        lag: How many weeks it takes until it is known.
    """

    names: tuple[Name, ...]
    hits: FloatArray
    size: FloatArray
    lag: int
    source: str

    def without(self, weeks: Sequence[bool]) -> "Shares":
        """The same with nobody counted in these weeks."""
        hits, size = (np.where(weeks, 0.0, each) for each in (self.hits, self.size))
        return replace(self, hits=hits, size=size)

    def of(self, attribute: str) -> list[int]:
        """The rows of the parts by one attribute."""
        return [row for row, name in enumerate(self.names) if name[0] == attribute]


@dataclass(frozen=True)
class Weekly:
    """All series.

    Attributes:
        weeks: Mondays of all complete weeks from the first order on, without gaps.
        sums: By measure; `product` holds the revenue of products.
        shares: By measure.
        customer_year: What a customer brings in a year; None where that is not known.
    """

    weeks: tuple[date, ...]
    sums: dict[str, Sums]
    shares: dict[str, Shares]
    customer_year: float | None = None


def mondays(first: date | None, as_of: date) -> tuple[date, ...]:
    """The Mondays of the complete weeks from the one of a day up to a date."""
    if first is None:
        return ()
    start = first - timedelta(days=first.weekday())
    count = (as_of - timedelta(days=6) - start).days // 7 + 1
    return tuple(start + n * WEEK for n in range(max(0, count)))


def table_of(frame: pd.DataFrame, column: str, weeks: Sequence[date], names: Sequence[Name]) -> FloatArray:
    """One column of a long frame as parts by weeks; 0 where a week has no row."""
    days = pd.DatetimeIndex(list(weeks))
    rows = pd.MultiIndex.from_frame(frame[["attribute", "value"]])
    at = pd.MultiIndex.from_tuples(names, names=["attribute", "value"]).get_indexer(rows)
    when = days.get_indexer(pd.DatetimeIndex(frame["week"]))
    values = np.zeros((len(names), len(days)))
    there = (at >= 0) & (when >= 0)
    values[at[there], when[there]] = frame[column].astype("float64").to_numpy()[there]
    return values


def parts_of(frame: pd.DataFrame, attributes: Sequence[str]) -> tuple[Name, ...]:
    """Everybody, and the values of those attributes that tell anybody apart, in order."""
    values = frame[["attribute", "value"]].drop_duplicates()
    several = values.groupby("attribute")["value"].transform("size") > 1
    found = values[several & values["attribute"].isin(attributes)].sort_values(["attribute", "value"])
    return ((EVERYBODY, ""), *((str(a), str(v)) for a, v in found.itertuples(index=False)))


def sums_of(
    frame: pd.DataFrame,
    column: str,
    weeks: Sequence[date],
    attributes: Sequence[str],
    source: str,
    squares: str | None = None,
) -> Sums:
    """The series of one column.

    Args:
        frame: With `week`, `attribute` and `value`.
        column: What is added up.
        weeks: The weeks.
        attributes: What to tell apart besides everybody.
        source: The measure it comes from.
        squares: The column with its squares; by default it is a count.
    """
    names = parts_of(frame, attributes)
    values = table_of(frame, column, weeks, names)
    return Sums(names, values, table_of(frame, squares, weeks, names) if squares else values, source)


def evidence_series(frame: pd.DataFrame, finding: Finding) -> pd.Series:
    """The figure a finding is of, week by week, from the measure its evidence names.

    Args:
        frame: The measure's figures.
        finding: The finding.

    Returns:
        By Monday, without gaps; of shares, the share of so many weeks together as the finding is of.
    """
    assert finding.evidence
    frame = frame.rename(columns={"period": "week"})
    for name, value in finding.evidence.rows.items():
        frame = frame[frame[name] == value]
    over = frame[frame["state"] == "complete"] if "state" in frame else frame
    by_week = over.set_index(pd.DatetimeIndex(over["week"]))
    if by_week.empty:
        return pd.Series(dtype="float64")
    weeks = pd.date_range(by_week.index.min(), pd.Timestamp(finding.week), freq="7D")
    columns = [by_week[name].astype("float64").reindex(weeks).fillna(0) for name in _COLUMNS[finding.measure]]
    if len(columns) == 1:
        return columns[0]
    hits, size = (column.rolling(finding.weeks).sum() for column in columns)
    return (hits / size.where(size > 0)).rename(finding.measure)


_COLUMNS = {
    "revenue": ("revenue",),
    "customers": ("customers",),
    "new_customers": ("new_customers",),
    "stopped_buying": ("lapsed",),
    "complaints": ("opened",),
    "back_in_28_days": ("back", "newcomers"),
    "closed_in_time": ("closed_in_time", "opened"),
}
"""The columns of the measure that hold the figure; of shares, how many did and of how many."""
