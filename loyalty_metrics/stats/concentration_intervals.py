"""How sure the figures of concentration are: another draw of such customers would give other figures.

A few customers hold much of the value and decide the figures. A sample without the very largest says "less
concentrated" and "hardly any doubt" at once, so that resampling the customers at hand covers far less than it says.
Here each figure has a standard error in closed form (its influence function) on the scale of log-odds, and the
critical values, unequal on the two sides, come from simulated customers as many and with as heavy a tail as these.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from loyalty_metrics.stats.concentration import CARRIED, TOP, best_first, carriers_share, gini, top_share
from loyalty_metrics.stats.histogram import FloatArray

STATISTICS = ("top_share", "carriers_share", "gini")
"""The names of the figures."""

FILE = Path(__file__).parent.parent / "rules" / "concentration_intervals.toml"
"""The critical values, made by `benchmarks/pareto_calibration.py`."""

FEWEST = 20
"""Customers worth more than nothing, below which there is no interval."""

COVERED, COVERED_LESS = 0.9, 0.75
"""How often the intervals hold the truth, at worst, with tails that are not too heavy and with those that are.

Counted by `benchmarks/pareto_coverage.py`.
"""

HEAVIEST_COVERED = 1 / 1.5
"""The weight of the tail up to which `COVERED` was counted: an index of 1.5, below the 2 at which variance ends."""

_TAIL_SHARE, _TAIL_FEWEST = 0.05, 10
"""The customers the tail is judged by: the best 5% of those worth more than nothing, but 10, but at most half."""

_SURE_OF_TOTAL = 3
"""Standard errors by which a total that holds negative values must lie above zero, to be one to share out."""


class Estimate(NamedTuple):
    """A figure, its standard error, and the most it can be: 1, or more where some values are negative."""

    value: float
    error: float
    most: float

    def log_odds(self) -> tuple[float, float]:
        """The figure and its standard error as log-odds of `most`; infinite at its ends."""
        part = self.value / self.most
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(logit(part)), float(np.divide(self.error / self.most, part * (1 - part)))


def intervals(values: ArrayLike, counts: ArrayLike) -> dict[str, tuple[float, float]]:
    """95% intervals of the best 20%'s share, of the share of customers that carries 80%, and of Gini.

    An interval holds the figure itself and lies between 0 and the most the figure can be. How often it holds the
    truth was counted over simulated and resampled customers: `docs/what_may_be_said.md`, and `covered`.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        Name -> (low, high). NaN for fewer than `FEWEST` customers worth more than nothing, for a total that is not
        positive, and for one with negative values whose sign is itself in doubt. Where nothing differs (all customers
        are worth the same), both are the figure, but for the carriers, whose number is whole.

    Raises:
        ValueError: The histogram is malformed.

    Source:
        Influence functions: Cowell & Flachaire (2007). Income distribution and inequality measurement: the problem of
        extreme values. Journal of Econometrics 141, 1044-1072. Studentised intervals: Hall, P. (1992). The Bootstrap
        and Edgeworth Expansion, chapter 3.
    """
    value, count = best_first(values, counts)
    if not _tellable(value, count):
        return dict.fromkeys(STATISTICS, (np.nan, np.nan))
    customers, weight = _worth_something(value, count), tail_weight(value, count)
    return {
        name: _ends(estimate, *critical_values(name, customers, weight))
        for name, estimate in estimates(value, count).items()
    }


def estimates(values: ArrayLike, counts: ArrayLike) -> dict[str, Estimate]:
    """The figures with their standard errors, for a total that is positive.

    The carriers are a whole number of customers: half a customer is added to their error.

    Args:
        values: A customer's value.
        counts: Customers with that value.
    """
    value, count = best_first(values, counts)
    owed = float(-(value @ (count * (value < 0))) / (value @ count))
    top, carriers, unequal = top_share(value, count), carriers_share(value, count), gini(value, count)
    carriers_error = _standard_error(_influence_on_carriers(value, count, carriers), count)
    return {
        "top_share": Estimate(top, _standard_error(_influence_on_top(value, count, top), count), 1 + owed),
        "carriers_share": Estimate(carriers, float(np.hypot(carriers_error, 0.5 / count.sum())), 1.0),
        "gini": Estimate(unequal, _standard_error(_influence_on_gini(value, count, unequal), count), 1 + 2 * owed),
    }


def tail_weight(values: ArrayLike, counts: ArrayLike) -> float:
    """How far the best customers differ among themselves: Hill's estimate of the tail's weight (1 / tail index).

    The mean of log(value / border) over the best 5% of the customers worth more than nothing (at least 10 of them, at
    most half). Above 1/2, a tail that goes on as a power law has no variance; above 1, no mean.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        0 or more; NaN for fewer than two customers worth more than nothing.

    Source:
        Hill, B. M. (1975). A simple general approach to inference about the tail of a distribution. Annals of
        Statistics 3, 1163-1174.
    """
    value, count = best_first(values, counts)
    value, count = value[value > 0], count[value > 0]
    customers = np.cumsum(count)
    best = min(max(_TAIL_FEWEST, np.ceil(_TAIL_SHARE * count.sum())), count.sum() // 2)
    if best < 1:
        return np.nan
    border = value[np.argmax(customers > best)]
    taken = np.clip(best - (customers - count), 0, count)
    return float(taken @ np.log(value / border) / best)


def covered(values: ArrayLike, counts: ArrayLike) -> float:
    """How often the intervals of such customers hold the truth, at worst.

    95% is aimed at. Where the tail is so heavy that the largest customers to come may be worth more than all seen so
    far, no sample tells enough: the truth can be missed more often, and mostly on one side: it is more concentrated.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        `COVERED` where the `tail_weight` is at most `HEAVIEST_COVERED`, else `COVERED_LESS`, which was counted for a
        power law of index 1.2 (a lognormal tail is covered like lighter ones, but cannot be told from it); NaN without
        any interval.
    """
    value, count = best_first(values, counts)
    if not _tellable(value, count):
        return np.nan
    return COVERED if tail_weight(value, count) <= HEAVIEST_COVERED else COVERED_LESS


def critical_values(name: str, customers: float, weight: float) -> tuple[float, float]:
    """Standard errors below and above the figure between which the truth lies in 95% of draws.

    Args:
        name: Out of `STATISTICS`.
        customers: Customers worth more than nothing.
        weight: Their `tail_weight`.
    """
    ends = _table()[name]
    return _between_rows(ends["low"], customers, weight), _between_rows(ends["high"], customers, weight)


def _between_rows(rows: list[list[float]], customers: float, weight: float) -> float:
    table = _table()
    at_weight = [np.interp(weight, table["weight"], row) for row in rows]
    return float(np.interp(np.log(customers), np.log(table["customers"]), at_weight))


@cache
def _table() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _ends(estimate: Estimate, lower: float, upper: float) -> tuple[float, float]:
    """From log-odds back; the figure stands for both ends where nothing differs or it is at its own."""
    middle, error = estimate.log_odds()
    if not np.isfinite([middle, error]).all():
        return estimate.value, estimate.value
    low, high = (float(estimate.most * expit(middle + critical * error)) for critical in (lower, upper))
    return min(low, estimate.value), max(high, estimate.value)


def _worth_something(values: FloatArray, counts: FloatArray) -> float:
    return float(counts[values > 0].sum())


def _tellable(values: FloatArray, counts: FloatArray) -> bool:
    return _worth_something(values, counts) >= FEWEST and _positive_for_sure(values, counts)


def _positive_for_sure(values: FloatArray, counts: FloatArray) -> bool:
    """Whether there is a total to share out; with negative values among them, another draw might have none."""
    total = values @ counts
    if not (values < 0).any():
        return bool(total > 0)
    return bool(total > _SURE_OF_TOTAL * counts.sum() * _standard_error(values, counts))


def _standard_error(influence: FloatArray, counts: FloatArray) -> float:
    n = counts.sum()
    centred = influence - influence @ counts / n
    return float(np.sqrt(centred**2 @ counts) / n)


def _influence_on_top(values: FloatArray, counts: FloatArray, figure: float) -> FloatArray:
    """What one more such customer does to the best 20%'s share; values descending, here and below."""
    border = values[np.argmax(np.cumsum(counts) >= TOP * counts.sum())]
    above = np.maximum(values - border, 0)
    return (above + TOP * border - figure * values) / _mean(values, counts)


def _influence_on_carriers(values: FloatArray, counts: FloatArray, figure: float) -> FloatArray:
    customers = np.cumsum(counts)
    border = values[np.argmax(customers >= round(figure * customers[-1]))]
    above = np.maximum(values - border, 0)
    return (CARRIED * values - above - figure * border) / border


def _influence_on_gini(values: FloatArray, counts: FloatArray, figure: float) -> FloatArray:
    customers, held = np.cumsum(counts), np.cumsum(counts * values)
    apart = (2 * held - held[-1] + values * (customers[-1] - 2 * customers)) / customers[-1]
    mean = _mean(values, counts)
    return (apart - figure * (values + mean)) / mean


def _mean(values: FloatArray, counts: FloatArray) -> float:
    return float(values @ counts / counts.sum())
