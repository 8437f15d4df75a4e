"""Scores by quantile in which equal customers always get equal scores. The reference for the SQL models."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]


def tie_stable_scores(values: ArrayLike | Sequence[Decimal], bins: int = 5) -> IntArray:
    """The score of each customer by the share of customers who do worse.

    score = 1 + floor(bins * (customers strictly worse + half of those equal, itself included) / n), in
    whole-number arithmetic, so that no rounding moves a customer across a cut. The share is always below 1,
    hence the score never exceeds `bins`. It depends on nothing but the values: not on the order of the rows,
    not on an id. Without ties the scores have the sizes of quantiles; when all are equal all get the middle
    score; a big group of ties can leave scores empty.

    Args:
        values: One per customer; higher is better (negate days since the last order). Whole numbers, money as
            Decimal, dates or floats, compared as they are.
        bins: Scores to give, 1 up to this; 5 for quintiles.

    Returns:
        Scores 1..bins in the order of `values`; empty for no customers.

    Raises:
        ValueError: `values` is not a flat list, holds unknown values, or `bins` is below 1.

    Source:
        The share is the ridit: Bross, I. D. J. (1958). How to use ridit analysis. Biometrics 14, 18-38.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"values must be a flat list, not of shape {array.shape}.")
    if (array != array).any() or (array.dtype == object and any(each is None for each in array)):
        raise ValueError("values must be known; score customers without a value apart.")
    _, place, counts = np.unique(array, return_inverse=True, return_counts=True)
    return scores_of_counts(counts, bins)[place]


def scores_of_counts(counts: ArrayLike, bins: int = 5) -> IntArray:
    """The same scores from a histogram: one score per distinct value.

    Args:
        counts: Customers per distinct value, worst value first: whole, 0 or more.
        bins: Scores to give, 1 up to this.

    Returns:
        One score 1..bins per distinct value.

    Raises:
        ValueError: A count is negative, or `bins` is below 1.
    """
    if bins < 1:
        raise ValueError(f"bins is {bins}; it must be 1 or more.")
    count = np.asarray(counts, dtype=np.int64)
    if (count < 0).any():
        raise ValueError("counts must be 0 or more.")
    worse = np.cumsum(count) - count
    score: IntArray = 1 + bins * (2 * worse + count) // np.maximum(2 * count.sum(), 1)
    return score
