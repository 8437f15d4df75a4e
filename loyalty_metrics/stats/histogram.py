"""A histogram of customers: the values that occur and how many customers hold each.

Statistics of millions of customers need no more than this, and it is what SQL brings back.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def ordered(values: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The histogram from the lowest value to the highest, without the values nobody holds.

    Args:
        values: One number per row, finite, in any order; a value may stand in several rows.
        counts: Customers (or other independent units) with that value: whole, 0 or more.

    Returns:
        Values and counts as float arrays of equal length, values ascending.

    Raises:
        ValueError: The two are not equally long lists, a value is not finite, or a count is negative or not
            whole.
    """
    value, count = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if value.ndim != 1 or value.shape != count.shape:
        raise ValueError(f"values and counts must be lists of equal length, not {value.shape} and {count.shape}.")
    if not np.isfinite(value).all():
        raise ValueError("values must be finite numbers; leave unknown values out.")
    if not (np.isfinite(count) & (count >= 0) & (count == np.floor(count))).all():
        raise ValueError("counts must be whole numbers, 0 or more.")
    value, count = value[count > 0], count[count > 0]
    if (value[1:] >= value[:-1]).all():
        return value, count
    order = np.argsort(value, kind="stable")
    return value[order], count[order]


def grouped(values: FloatArray, counts: FloatArray, groups: int) -> tuple[FloatArray, FloatArray]:
    """The same customers in at most `groups` neighbouring groups by rank, each at its own mean.

    Customers and sums stay exact; only the differences inside a group are lost. The cuts fall at equal steps
    of the cumulated share of customers plus share of absolute value plus share of squared value, so that no
    group of several values holds more than about 3 / groups of any of the three. Cuts by rank alone would put
    the few largest customers, who make most of the variance, into one group.

    Args:
        values: Ascending or descending.
        counts: Customers per value, above 0.
        groups: The most groups wanted.

    Returns:
        Group means, in the order given, and customers per group. A histogram with few enough values is
        unchanged.
    """
    if len(values) <= groups:
        return values, counts
    weight = sum((_shares(counts * np.abs(values) ** power) for power in (0, 1, 2)), np.zeros_like(counts))
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    label = np.minimum((groups * middle).astype(np.int64), groups - 1)
    first = np.flatnonzero(np.diff(label, prepend=-1))
    customers = np.add.reduceat(counts, first)
    return np.add.reduceat(counts * values, first) / customers, customers


def _shares(amounts: FloatArray) -> FloatArray:
    total = amounts.sum()
    return amounts / total if total > 0 else np.zeros_like(amounts)
