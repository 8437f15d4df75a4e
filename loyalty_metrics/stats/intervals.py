"""Intervals in closed form: for a share, for a ratio of two sums over customers, for a median."""

from bisect import bisect_left

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, ndtri, stdtrit

from loyalty_metrics.stats.histogram import FloatArray, ordered


def wilson(successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """The range of true shares that would make the observed share unsurprising.

    It stays inside 0..1, always holds the observed share, and is honest for small counts and for shares near
    0 or 1.

    Args:
        successes: How many did, 0 up to `trials`; any shape that broadcasts with `trials`.
        trials: How many could have. 0 or NaN is not observed.
        confidence: Above 0 and below 1.

    Returns:
        Low and high as shares between 0 and 1, in the broadcast shape; NaN where not observed.

    Raises:
        ValueError: More successes than trials, a negative count, or a confidence outside 0..1.

    Source:
        Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22,
        209-212.
    """
    z = ndtri(_upper_tail(confidence))
    hits, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    if np.any((hits < 0) | (n < 0) | (hits > n)):
        raise ValueError("successes must lie between 0 and trials.")
    n = np.where(n > 0, n, np.nan)
    share = hits / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.clip(centre - half, 0, share), np.clip(centre + half, share, 1)


def ratio_of_means(
    n: ArrayLike,
    sum_y: ArrayLike,
    sum_x: ArrayLike,
    sum_yy: ArrayLike,
    sum_xy: ArrayLike,
    sum_xx: ArrayLike,
    confidence: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """The interval of R = sum_y / sum_x over n independent customers, each bringing one pair (x, y).

    Average order value: y the customer's spend, x the customer's orders. Orders per customer: x = 1 for each,
    and the interval is then exactly Student's for a mean. The residuals y - R x say how far customers stray
    from the common ratio (linearisation, or delta method); their spread, with Student's t on n - 1 degrees,
    gives the width. It is approximate when few customers carry most of sum_x.

    Args:
        n: Customers.
        sum_y: Sum of y.
        sum_x: Sum of x.
        sum_yy: Sum of y squared.
        sum_xy: Sum of x times y.
        sum_xx: Sum of x squared.
        confidence: Above 0 and below 1.

    Returns:
        Low and high in the unit of y / x, in the broadcast shape; NaN for n < 2 or sum_x = 0.

    Raises:
        ValueError: A confidence outside 0..1.

    Source:
        Cochran, W. G. (1977). Sampling Techniques, 3rd ed., chapter 6; Deng, Knoblich & Lu (2018). Applying
        the delta method in metric analytics. KDD.
    """
    upper_tail = _upper_tail(confidence)
    size, y, x, yy, xy, xx = (np.asarray(each, np.float64) for each in (n, sum_y, sum_x, sum_yy, sum_xy, sum_xx))
    size = np.where(size >= 2, size, np.nan)
    x = np.where(x != 0, x, np.nan)
    ratio = y / x
    residual_squares = np.maximum(yy - 2 * ratio * xy + ratio**2 * xx, 0)
    error = np.sqrt(size * residual_squares / (size - 1)) / np.abs(x)
    half = stdtrit(size - 1, upper_tail) * error
    return np.asarray(ratio - half), np.asarray(ratio + half)


def median_from_counts(values: ArrayLike, counts: ArrayLike, confidence: float = 0.95) -> tuple[float, float, float]:
    """The median of a histogram of independent values, and an interval that assumes no distribution.

    The number of values below the true median is binomial(n, 1/2); so the l-th smallest and the l-th largest
    value enclose it with at least the wanted confidence, l as large as that allows. With ties it covers more,
    never less. Several gaps of the same customer are not independent: take one value per customer, or call
    the interval too narrow.

    Args:
        values: Finite, in any order.
        counts: How often each occurs: whole, 0 or more.
        confidence: Above 0 and below 1.

    Returns:
        Median (the mean of the middle two when n is even), low and high in the unit of the values. All NaN
        without any value; low and high NaN when n is too small for the confidence (below 6 at 95 %).

    Raises:
        ValueError: The histogram is malformed, or the confidence lies outside 0..1.

    Source:
        Conover, W. J. (1999). Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    tail = 1 - _upper_tail(confidence)
    value, count = ordered(values, counts)
    last_rank = np.cumsum(count)
    n = int(last_rank[-1]) if len(value) else 0
    if n == 0:
        return np.nan, np.nan, np.nan

    def at_rank(rank: int) -> float:
        return float(value[np.searchsorted(last_rank, rank)])

    median = (at_rank((n + 1) // 2) + at_rank(n // 2 + 1)) / 2
    depth = bisect_left(range(n), tail, key=lambda below: float(bdtr(below, n, 0.5)))
    if depth == 0:
        return median, np.nan, np.nan
    return median, at_rank(depth), at_rank(n + 1 - depth)


def _upper_tail(confidence: float) -> float:
    """The probability below the upper end of a two-sided interval."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95.")
    return 0.5 + confidence / 2
