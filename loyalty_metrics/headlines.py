"""The five headline measures of a weekly review, each with its interval and what to hold it against."""

from collections.abc import Mapping

import numpy as np

from loyalty_metrics.review_shape import HEADLINES, Headline
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.intervals import wilson
from loyalty_metrics.stats.weeks import YEAR
from loyalty_metrics.weekly import Shares, Sums, Weekly

TREND = 26
"""Weeks of a sparkline: half a year."""

TOGETHER = 4
"""Weeks of first orders that make one share of those who came back; one alone is noise."""


def headlines(weekly: Weekly, at: int, targets: Mapping[str, float]) -> tuple[Headline, ...]:
    """The headline measures of one week.

    Args:
        weekly: All series.
        at: Which week, counted from 0.
        targets: What the team set itself for a week, by measure.
    """
    return tuple(
        _of_share(weekly, weekly.shares[name], name, at, targets.get(name))
        if name in weekly.shares
        else _of_sum(weekly, weekly.sums[name], name, at, targets.get(name))
        for name in HEADLINES
    )


def _of_sum(weekly: Weekly, sums: Sums, name: str, at: int, target: float | None) -> Headline:
    values = sums.values[0]
    if not np.isfinite(values[at]) and sums.counted is not None:
        return Headline(name, weekly.weeks[at], float(sums.counted[0, at]), target=target)
    low, high = _usual(sums, at)
    return Headline(
        name,
        weekly.weeks[at],
        float(values[at]),
        low if low is None or name == "revenue" else max(0.0, low),
        high,
        _at(values, at - 1),
        _at(values, at - YEAR),
        target,
        _trend(values, at),
    )


def _usual(sums: Sums, at: int) -> tuple[float | None, float | None]:
    """Between what earlier weeks and the season lead to expect; a week's own sum is counted, and sure."""
    found = sums.surprises(1)
    least, most = (float(end[0, at]) for end in found.interval())
    seen = float(found.seen[0, at])
    return (seen - most, seen - least) if np.isfinite([least, most]).all() else (None, None)


def _of_share(weekly: Weekly, shares: Shares, name: str, at: int, target: float | None) -> Headline:
    hits, size = (_together(each[0]) for each in (shares.hits, shares.size))
    end = at - shares.lag
    with np.errstate(all="ignore"):
        values = hits / np.where(size > 0, size, np.nan)
    if end < 0 or not np.isfinite(values[end]):
        return Headline(name, weekly.weeks[max(end, 0)], None, target=target)
    low, high = wilson(hits[end], size[end])
    return Headline(
        name,
        weekly.weeks[end],
        float(values[end]),
        float(low),
        float(high),
        _at(values, end - 1),
        _at(values, end - YEAR),
        target,
        _trend(values, end),
    )


def _together(values: FloatArray) -> FloatArray:
    total = np.cumsum(values)
    total[TOGETHER:] = total[TOGETHER:] - total[:-TOGETHER]
    return np.where(np.arange(len(total)) >= TOGETHER - 1, total, np.nan)


def _at(values: FloatArray, place: int) -> float | None:
    return float(values[place]) if place >= 0 and np.isfinite(values[place]) else None


def _trend(values: FloatArray, at: int) -> tuple[float | None, ...]:
    return tuple(_at(values, place) for place in range(max(0, at - TREND + 1), at + 1))
