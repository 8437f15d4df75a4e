"""Purchase histories, which is all that models of repeat buying need to know of a customer.

    x    purchase occasions after the first one
    t_x  time from the first occasion to the last one; 0 when x is 0
    T    time from the first occasion to the day up to which purchases are known
    n    customers who share these three

Customers with the same three are one row: the cost of a fit depends on the rows.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loyalty_metrics.stats.histogram import FloatArray

IntArray = NDArray[np.int64]


_MOST_CODES = 2**62

_BITS = 15
"""Of integers that are sorted without comparing them."""

_FEW_CODES = 20
"""Possible rows for each one there is, up to which listing them all is quicker than sorting."""


class Histories(NamedTuple):
    """Distinct histories in ascending order of (x, t_x, T), each with its customers."""

    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    n: FloatArray


def checked(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The three as float arrays of one shape, each history possible.

    Args:
        x: Occasions after the first, whole, 0 or more.
        t_x: Time of the last one, in any unit.
        T: Time observed, in the same unit.

    Raises:
        ValueError: A value is unknown, negative or impossible; the message names the first such row.
    """
    x, t_x, T = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (x, t_x, T)))
    finite = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(T)
    _refuse(~finite, "x, t_x and T must be known and finite", x, t_x, T)
    _refuse((x < 0) | (t_x < 0) | (T < 0), "x, t_x and T must not be negative", x, t_x, T)
    _refuse(x != np.floor(x), "x counts occasions and must be whole", x, t_x, T)
    _refuse(t_x > T, "t_x, the time of the last occasion, must not be after T", x, t_x, T)
    _refuse((x == 0) & (t_x > 0), "A customer without a repeat occasion (x = 0) must have t_x = 0", x, t_x, T)
    _refuse((x > 0) & (t_x == 0), "A customer with repeat occasions (x > 0) must have t_x above 0", x, t_x, T)
    return x, t_x, T


def _refuse(wrong: NDArray[np.bool_], rule: str, x: FloatArray, t_x: FloatArray, T: FloatArray) -> None:
    if wrong.any():
        row = np.flatnonzero(wrong)[0]
        values = f"x = {x.flat[row]:g}, t_x = {t_x.flat[row]:g}, T = {T.flat[row]:g}"
        raise ValueError(f"{rule}, but row {row} has {values}.")


def histories(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, n: ArrayLike | None = None) -> Histories:
    """Customers, or rows of several customers, grouped by their history.

    Args:
        x: As for `checked`, a flat list.
        t_x: As for `checked`.
        T: As for `checked`.
        n: Customers in each row, 0 or more; None: one in each.

    Returns:
        The distinct histories with at least one customer.

    Raises:
        ValueError: As `checked`; or the lists differ in length; or n is unknown or negative.
    """
    lists = [np.atleast_1d(np.asarray(each, np.float64)) for each in (x, t_x, T)]
    count = np.ones(lists[0].shape) if n is None else np.atleast_1d(np.asarray(n, np.float64))
    if any(each.ndim != 1 or each.shape != count.shape for each in lists):
        raise ValueError("x, t_x, T and n must be flat lists of equal length.")
    if not (np.isfinite(count) & (count >= 0)).all():
        raise ValueError("n counts customers and must be known, 0 or more.")
    some = count > 0
    columns = [each if some.all() else each[some] for each in checked(*lists)]
    coded = _coded(columns)
    if n is None and coded:
        return _counted(*coded)
    first, row = distinct(*columns)
    x, t_x, T = (each[first] for each in columns)
    return Histories(x, t_x, T, np.bincount(row, count[some], len(first)).astype(np.float64))


def _counted(code: IntArray, values: list[FloatArray]) -> Histories:
    """Customers by history: their codes are sorted and taken apart again, which needs no order of rows."""
    code, count = np.unique(code, return_counts=True)
    found = []
    for each in values[::-1]:
        code, level = np.divmod(code, max(len(each), 1))
        found.append(each[level])
    T, t_x, x = found
    return Histories(x, t_x, T, count.astype(np.float64))


def every(rows: Histories, step: float) -> Histories:
    """Every step-th customer in the order of the rows: a sample that is alike in all three."""
    taken = np.diff(np.floor(np.cumsum(rows.n) / step), prepend=0.0)
    some = taken > 0
    return Histories(rows.x[some], rows.t_x[some], rows.T[some], taken[some])


def in_order(whole: FloatArray | IntArray, then: FloatArray) -> IntArray:
    """The order of rows by whole numbers from 0, and by another figure among equal ones: as `lexsort`, and quicker."""
    return _by_digits(whole.astype(np.int64), np.argsort(then))


def _by_digits(numbers: IntArray, order: IntArray) -> IntArray:
    """An order changed to that of whole numbers from 0; equal ones keep theirs."""
    # Small integers are sorted without comparing them; larger ones by their last digits first, then by those before.
    for place in range(0, int(numbers.max(initial=0)).bit_length(), _BITS):
        digits = (numbers[order] >> place) & (2**_BITS - 1)
        order = order[np.argsort(digits.astype(np.int16), kind="stable")]
    return order


def distinct(*columns: FloatArray) -> tuple[IntArray, IntArray]:
    """The distinct rows of several columns, ascending by the first column, then the second, ...

    Args:
        columns: Finite numbers, equally long.

    Returns:
        Where each distinct row stands first, and for each row the number of its distinct row.
    """
    coded = _coded(columns)
    if not coded:
        _, first, row = np.unique(np.stack(columns, axis=1), axis=0, return_index=True, return_inverse=True)
    elif (coded[0][1:] > coded[0][:-1]).all():
        first = row = np.arange(len(columns[0]))
    elif (size := prod(map(len, coded[1]))) <= _FEW_CODES * len(columns[0]):
        first, row = _listed(coded[0], size)
    else:
        order = _by_digits(coded[0], np.arange(len(coded[0])))
        is_new = np.diff(coded[0][order], prepend=-1) > 0
        row = np.empty(len(order), np.int64)
        row[order] = np.cumsum(is_new) - 1
        first = order[is_new]
    return first, row


def _listed(code: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """`distinct` of codes below a size that is not much larger than their number: every one is ticked off, unsorted."""
    seen = np.zeros(size, np.bool_)
    seen[code] = True
    row = (np.cumsum(seen) - 1)[code]
    first = np.empty(int(seen.sum()), np.int64)
    first[row[::-1]] = np.arange(len(code))[::-1]  # of several, the last that is written stays: the first one
    return first, row


def _coded(columns: Sequence[FloatArray]) -> tuple[IntArray, list[FloatArray]] | None:
    """A number for each row that orders rows as their columns do, and the values of each column it is made of.

    None where there are more possible numbers than integers.
    """
    values, of_row = zip(*map(levels, columns), strict=True)
    if prod(map(len, values)) > _MOST_CODES:
        return None
    code = of_row[0]
    for each, level in zip(values[1:], of_row[1:], strict=True):
        code = code * len(each) + level
    return code, list(values)


def levels(column: FloatArray) -> tuple[FloatArray, IntArray]:
    """The ascending values of a column, and for each row which of them it holds.

    For whole numbers, such as days and counts, every one between the lowest and the highest is listed, whether it
    occurs or not: that needs no sorting.
    """
    if len(column) == 0:
        return column, np.zeros(0, np.int64)
    low, high = column.min(), column.max()
    if high - low < max(2 * len(column), 1000):
        whole = (column - low).astype(np.int64)
        if (whole == column - low).all():
            return low + np.arange(high - low + 1), whole
    values, level = np.unique(column, return_inverse=True)
    return values, level
