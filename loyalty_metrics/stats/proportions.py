"""Is the difference between two shares real, how large is it, and how small a one could have been seen?"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri
from scipy.stats import hypergeom

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.intervals import wilson

REAL = 0.05
"""What is called real may be chance in this part of the cases; of many called so at once, in this part of them."""


def mid_p(hits_a: ArrayLike, size_a: ArrayLike, hits_b: ArrayLike, size_b: ArrayLike) -> FloatArray:
    """How surprising two shares so far apart are when both groups are in truth alike: Fisher's test, mid-p.

    Given how many did in both groups together, chance alone deals them out hypergeometrically; the outcome seen
    counts half, and the smaller tail counts twice. It needs no large counts, where the normal approximation calls
    far too much real: at an expected 5 and a threshold of one in ten thousand, some fifteen times too often.

    Args:
        hits_a: How many of the first group did.
        size_a: How many it has.
        hits_b: How many of the second group did.
        size_b: How many it has.

    Returns:
        Probabilities from 0 to 1, in the broadcast shape; NaN where a group is empty or not observed.

    Raises:
        ValueError: More hits than members, or a negative count.

    Source:
        Lancaster, H. O. (1961). Significance tests in discrete distributions. JASA 56, 223-234; Hirji, K. F.
        (2006). Exact Analysis of Discrete Data, chapter 7.
    """
    a, n, b, m = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (hits_a, size_a, hits_b, size_b)))
    if np.any((a < 0) | (b < 0) | (a > n) | (b > m)):
        raise ValueError("hits must lie between 0 and the size of their group.")
    known = np.isfinite(a) & np.isfinite(b) & (n > 0) & (m > 0)
    p = np.full(a.shape, np.nan)
    a, n, b, m = a[known], n[known], b[known], m[known]
    chance = (n + m, a + b, n)
    seen = hypergeom.pmf(a, *chance)
    # One tail is summed, on the side of the mean where it is the shorter; what is left is the other.
    is_low = a <= n * (a + b) / (n + m)
    tail = np.empty_like(a)
    tail[is_low] = hypergeom.cdf(a[is_low] - 1, *(each[is_low] for each in chance))
    tail[~is_low] = hypergeom.sf(a[~is_low], *(each[~is_low] for each in chance))
    p[known] = np.minimum(1, 2 * np.clip(np.minimum(tail, 1 - tail - seen), 0, None) + seen)
    return p


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """P-values corrected for how many there are: call real what is at most q, and q of these calls are false.

    Args:
        p: P-values in any shape; NaN was not looked at and does not count.

    Returns:
        The smallest q at which each would be called real, in the same shape.

    Source:
        Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.
    """
    values = np.asarray(p, np.float64)
    looked_at = values[~np.isnan(values)]
    order = np.argsort(looked_at)[::-1]
    ranks = np.arange(len(looked_at), 0, -1)
    corrected = np.empty_like(looked_at)
    corrected[order] = np.minimum.accumulate(np.minimum(looked_at[order] * len(looked_at) / ranks, 1))
    result = np.full(values.shape, np.nan)
    result[~np.isnan(values)] = corrected
    return result


def difference(
    hits_a: ArrayLike, size_a: ArrayLike, hits_b: ArrayLike, size_b: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """The 95% interval of the first share minus the second, from the intervals of both.

    Args:
        hits_a: How many of the first group did.
        size_a: How many it has.
        hits_b: How many of the second group did.
        size_b: How many it has.

    Returns:
        Low and high, between -1 and 1; NaN where a group is empty or not observed.

    Source:
        Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics
        in Medicine 17, 873-890, method 10.
    """
    (low_a, high_a), (low_b, high_b) = wilson(hits_a, size_a), wilson(hits_b, size_b)
    a, b = (
        np.asarray(h, np.float64) / np.where(np.isnan(w), np.nan, s)
        for h, s, w in (
            (hits_a, np.asarray(size_a, np.float64), low_a),
            (hits_b, np.asarray(size_b, np.float64), low_b),
        )
    )
    down = np.sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    up = np.sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - down, a - b + up


def detectable_drop(share: ArrayLike, size: ArrayLike, size_against: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """The smallest fall below a share that a comparison would have found in four cases of five.

    Args:
        share: The share of the group compared against.
        size: Members of the group that may have fallen.
        size_against: Members of the group compared against.
        alpha: The probability of a false alarm, both directions together.

    Returns:
        The fall, as a share (0.05 is five percentage points); NaN where even a fall to nothing would be missed.

    Source:
        Fleiss, J. L., Levin, B. & Paik, M. C. (2003). Statistical Methods for Rates and Proportions, 3rd ed.,
        section 4.2 (without continuity correction), at 80 % power.
    """
    p, n, m, level = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (share, size, size_against, alpha)))
    low, high = np.zeros(p.shape), p.astype("float64")
    with np.errstate(invalid="ignore", divide="ignore"):
        reachable = _power(p, high, n, m, level) >= POWER
        for _step in range(40):
            middle = (low + high) / 2
            enough = _power(p, middle, n, m, level) >= POWER
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(reachable & (p > 0), high, np.nan)


POWER = 0.8


def _power(p: FloatArray, fall: FloatArray, n: FloatArray, m: FloatArray, alpha: FloatArray) -> FloatArray:
    """The probability of finding a fall from p to p - fall."""
    fallen = p - fall
    pooled = (n * fallen + m * p) / (n + m)
    by_chance = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    spread = np.sqrt(fallen * (1 - fallen) / n + p * (1 - p) / m)
    return np.asarray(ndtr((fall + ndtri(alpha / 2) * by_chance) / spread))
