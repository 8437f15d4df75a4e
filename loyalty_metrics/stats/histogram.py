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
