"""Whether two figures of the same customers go together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata


class Correlation(NamedTuple):
    """Spearman's rank correlation, with its 95 % interval."""

    value: float
    low: float
    high: float


def rank_correlation(first: ArrayLike, second: ArrayLike) -> Correlation:
    """How far customers who are higher in one figure are higher in the other: -1 to 1.

    Args:
        first: One figure a customer.
        second: The other one.

    Returns:
        NaN with fewer than five customers, or where one figure is the same for all.

    Source: Bonett, D. G. & Wright, T. A. (2000). Psychometrika 65 (the interval).
    """
    ranks = [rankdata(np.asarray(each, np.float64)) for each in (first, second)]
    n = len(ranks[0])
    if n < 5 or any(np.ptp(rank) == 0 for rank in ranks):
        return Correlation(np.nan, np.nan, np.nan)
    value = float(np.clip(np.corrcoef(ranks[0], ranks[1])[0, 1], -1, 1))
    half = float(ndtri(0.975)) * np.sqrt((1 + value**2 / 2) / (n - 3))
    with np.errstate(divide="ignore"):
        centre = np.arctanh(value)
    return Correlation(value, float(np.tanh(centre - half)), float(np.tanh(centre + half)))
