"""How much of the value few customers hold: Pareto and Lorenz curve, top share, carriers, Gini.

Everything is computed from a histogram: `values` (a customer's value: money, orders, units; zero and negative
values are allowed) and `counts` (customers with that value). A share of a total that is not positive has no
meaning: NaN.
"""

import numpy as np
from numpy.typing import ArrayLike

from loyalty_metrics.stats.histogram import FloatArray, ordered

TOP, CARRIED = 0.2, 0.8
"""The two shares everyone asks for: the best 20% of customers, and 80% of the value."""

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
    return _curve(*best_first(values, counts))


def top_share(values: ArrayLike, counts: ArrayLike, share: float = TOP) -> float:
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
    value, count = best_first(values, counts)
    if not value @ count > 0:
        return np.nan
    customers, held = np.cumsum(count), np.cumsum(count * value)
    wanted = share * customers[-1]
    last = np.argmax(customers >= wanted)
    beyond = customers[last] - wanted
    return float((held[last] - beyond * value[last]) / held[-1])


def carriers_share(values: ArrayLike, counts: ArrayLike, value_share: float = CARRIED) -> float:
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
    value, count = best_first(values, counts)
    if not value @ count > 0:
        return np.nan
    customers, held = np.cumsum(count), np.cumsum(count * value)
    wanted = (value_share - _ROUNDING) * held[-1]
    last = np.argmax(held >= wanted)
    missing = wanted - (held[last] - count[last] * value[last])
    needed = np.clip(np.ceil(missing / value[last]), 0, count[last])
    return float((customers[last] - count[last] + needed) / customers[-1])


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
    value, count = best_first(values, counts)
    if not value @ count > 0:
        return np.nan
    customers = np.cumsum(count)
    ranks = customers[-1] - 2 * customers + count
    return float((count * ranks) @ value / (customers[-1] * (count @ value)))


def best_first(values: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The histogram with the best customers first."""
    value, count = ordered(values, counts)
    return value[::-1], count[::-1]


def _curve(values: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    if not len(values):
        return np.array([0.0]), np.array([np.nan])
    customers = np.cumsum(counts)
    held = np.cumsum(counts * values)
    total = held[-1] if held[-1] > 0 else np.nan
    return np.append(0, customers / customers[-1]), np.append(0 * total, held / total)


def _check_share(name: str, share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is {share}; it must lie between 0 and 1.")
