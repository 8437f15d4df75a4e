"""How much of the value few customers hold: Pareto and Lorenz curve, top share, carriers, Gini.

Everything is computed from a histogram: `values` (a customer's value: money, orders, units; zero and negative
values are allowed) and `counts` (customers with that value). A share of a total that is not positive has no
meaning: NaN. Wherever `counts` is described as stacked, its last axis runs along the values and the others
are bootstrap replicates.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from loyalty_metrics.stats.histogram import FloatArray, grouped, ordered

STATISTICS = ("top_share", "carriers_share", "gini")
"""The names `bootstrap` knows."""

GROUPS = 2_000
"""The most distinct values a bootstrap resamples; beyond, neighbours by rank are taken together."""

_ROUNDING = 1e-12
"""Part of the total below which a difference is taken for floating-point rounding, not for money."""


def lorenz(values: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The textbook Lorenz curve: share of value held by the poorest customers.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        Cumulated share of customers and cumulated share of value, worst customers first, from (0, 0)
        to (1, 1), one point more than there are values held. Shares of value are NaN when the total is not
        positive.

    Raises:
        ValueError: The histogram is malformed.

    Source:
        Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. JASA 9, 209-219.
    """
    value, count = ordered(values, counts)
    return _curve(value, count)


def pareto_curve(values: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The same curve with the best customers first: what the first p of them hold.

    With negative values it rises above 1 before it comes back to 1.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        Cumulated share of customers and cumulated share of value, best customers first, from (0, 0)
        to (1, 1). Shares of value are NaN when the total is not positive.

    Raises:
        ValueError: The histogram is malformed.
    """
    return _curve(*_best_first(values, counts))


def top_share(values: ArrayLike, counts: ArrayLike, share: float = 0.2) -> float:
    """The share of all value that the best `share` of customers hold (80/20: is it 80 %?).

    When `share` of the customers is not a whole number, the customer on the boundary counts pro rata.

    Args:
        values: A customer's value.
        counts: Customers with that value.
        share: Of customers, 0 to 1.

    Returns:
        A share of the total; above 1 is possible when some values are negative. NaN when the total is not
        positive.

    Raises:
        ValueError: The histogram is malformed, or `share` lies outside 0..1.
    """
    _check_share("share", share)
    return float(_top_share(*_best_first(values, counts), share))


def carriers_share(values: ArrayLike, counts: ArrayLike, value_share: float = 0.8) -> float:
    """The share of customers that carry `value_share` of all value.

    It is the smallest whole number of best customers whose values add up to it, divided by all customers.

    Args:
        values: A customer's value.
        counts: Customers with that value.
        value_share: Of the total, 0 to 1. A shortfall below 1e-12 of the total counts as reached (rounding).

    Returns:
        A share of customers, 0 to 1. NaN when the total is not positive.

    Raises:
        ValueError: The histogram is malformed, or `value_share` lies outside 0..1.
    """
    _check_share("value_share", value_share)
    return float(_carriers_share(*_best_first(values, counts), value_share))


def gini(values: ArrayLike, counts: ArrayLike) -> float:
    """How unequal customers are: 0 when all are worth the same, near 1 when one holds all.

    Half the mean absolute difference between two customers (a customer against himself included), divided by
    the mean: sum (2 i - n - 1) x_i / (n sum x_i) over ascending x. No small-sample factor n / (n - 1). With
    negative values the same formula is used; the result then can exceed 1 and should be read as a comparison
    only.

    Args:
        values: A customer's value.
        counts: Customers with that value.

    Returns:
        0 to 1 - 1/n for values that are not negative. NaN when the total is not positive.

    Raises:
        ValueError: The histogram is malformed.

    Source:
        Sen, A. (1973). On Economic Inequality, chapter 2.
    """
    return float(_gini(*_best_first(values, counts)))


def bootstrap(
    values: ArrayLike,
    counts: ArrayLike,
    statistics: Sequence[str] = STATISTICS,
    *,
    share: float = 0.2,
    value_share: float = 0.8,
    replicates: int = 400,
    seed: int = 0,
    confidence: float = 0.95,
    groups: int = GROUPS,
) -> dict[str, tuple[float, float]]:
    """Intervals that say how much the figures would move with another draw of such customers.

    Customers are resampled with replacement (multinomial on the histogram) and the percentiles of the
    replicates are taken. The cost depends on the distinct values, not on the customers. More than `groups`
    distinct values are grouped by rank, sums kept exact: the figures then differ by less than 0.0005 and the
    widths by a few per cent (tested); the point estimates above are never grouped. Percentile intervals are
    somewhat narrow below about 50 customers, or when one customer holds much of the total.

    Args:
        values: A customer's value.
        counts: Customers with that value.
        statistics: Names out of `STATISTICS`.
        share: For `top_share`.
        value_share: For `carriers_share`.
        replicates: Resamples, 1 or more.
        seed: The same seed and histogram give the same intervals.
        confidence: Above 0 and below 1.
        groups: The most distinct values resampled one by one.

    Returns:
        Name -> (low, high), in the unit of the statistic. NaN for fewer than two customers, for a total that
        is not positive, and when a resampled total is not positive (the sign of the total is then itself in
        doubt).

    Raises:
        ValueError: The histogram is malformed, a name is unknown, or a number is out of its range.

    Source:
        Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.
    """
    _check_bootstrap(statistics, share, value_share, replicates, confidence, groups)
    value, count = grouped(*_best_first(values, counts), groups)
    if count.sum() < 2 or value @ count <= 0:
        return dict.fromkeys(statistics, (np.nan, np.nan))
    draws = _resampled(count, replicates, seed)
    results = {
        "top_share": lambda: _top_share(value, draws, share),
        "carriers_share": lambda: _carriers_share(value, draws, value_share),
        "gini": lambda: _gini(value, draws),
    }
    return {name: _percentiles(results[name](), confidence) for name in statistics}


def _best_first(values: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray]:
    value, count = ordered(values, counts)
    return value[::-1], count[::-1]


def _curve(values: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    if not len(values):
        return np.array([0.0]), np.array([np.nan])
    customers = np.cumsum(counts)
    held = np.cumsum(counts * values)
    total = _positive(held[-1:])
    return np.append(0, customers / customers[-1]), np.append(0 * total, held / total)


def _positive(total: FloatArray) -> FloatArray:
    return np.where(total > 0, total, np.nan)


def _top_share(values: FloatArray, counts: FloatArray, share: float) -> FloatArray:
    """Top share of stacked counts; values descending."""
    if not len(values):
        return np.full(counts.shape[:-1], np.nan)
    customers, held = np.cumsum(counts, axis=-1), np.cumsum(counts * values, axis=-1)
    wanted = share * customers[..., -1:]
    last = np.argmax(customers >= wanted, axis=-1, keepdims=True)
    beyond = np.take_along_axis(customers, last, -1) - wanted
    taken = np.take_along_axis(held, last, -1) - beyond * values[last]
    return np.asarray(taken / _positive(held[..., -1:]))[..., 0]


def _carriers_share(values: FloatArray, counts: FloatArray, value_share: float) -> FloatArray:
    """Carriers' share of stacked counts; values descending."""
    if not len(values):
        return np.full(counts.shape[:-1], np.nan)
    customers, held = np.cumsum(counts, axis=-1), np.cumsum(counts * values, axis=-1)
    total = _positive(held[..., -1:])
    wanted = value_share * total - _ROUNDING * total
    last = np.argmax(held >= wanted, axis=-1, keepdims=True)
    here = np.take_along_axis(counts, last, -1)
    missing = wanted - (np.take_along_axis(held, last, -1) - here * values[last])
    needed = np.clip(np.ceil(missing / values[last]), 0, here)
    better = np.take_along_axis(customers, last, -1) - here
    return np.asarray((better + needed) / customers[..., -1:])[..., 0]


def _gini(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Gini of stacked counts; values descending."""
    customers = np.cumsum(counts, axis=-1)
    n, total = counts.sum(axis=-1), _positive(counts @ values)
    ranks = n[..., None] - 2 * customers + counts
    return np.asarray((counts * ranks) @ values / (n * total))


def _resampled(counts: FloatArray, replicates: int, seed: int) -> FloatArray:
    """Stacked counts of `replicates` draws of all customers with replacement."""
    n = counts.sum()
    draws = np.random.default_rng(seed).multinomial(int(n), counts / n, size=replicates)
    return draws.astype(np.float64)


def _percentiles(replicates: FloatArray, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(replicates, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return float(low), float(high)


def _check_share(name: str, share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is {share}; it must lie between 0 and 1.")


def _check_bootstrap(
    statistics: Sequence[str],
    share: float,
    value_share: float,
    replicates: int,
    confidence: float,
    groups: int,
) -> None:
    unknown = [name for name in statistics if name not in STATISTICS]
    if unknown:
        raise ValueError(f"unknown statistic {unknown[0]!r}; it may be {', '.join(STATISTICS)}.")
    _check_share("share", share)
    _check_share("value_share", value_share)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95.")
    if replicates < 1 or groups < 1:
        raise ValueError("replicates and groups must be 1 or more.")
