"""What an unfinished period will come to, from how other groups stood as many days before theirs was over."""

import numpy as np
from numpy.typing import ArrayLike

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.shrinkage import FEWEST_GROUPS, beta_interval, correlation_within


def still_to_come(
    size: float, came: float, like_size: ArrayLike, like_waiting: ArrayLike, like_came: ArrayLike
) -> tuple[float, float, float]:
    """How many of those still waited for will come in the days left.

    The other groups tell what share of those waited for at that point came all the same. Groups differ: one of which
    more had come by then may also have more to come. How far that holds is measured on the other groups (the
    covariance of early and late shares, without the part that chance makes), and the group's own share so far moves
    the estimate by that much and no more. So a group of which nobody has come yet is not taken to be lost, and one
    that is unlike the others is not taken to be like them.

    Args:
        size: Members of the unfinished group.
        came: Of them, those that have come.
        like_size: Members of each other group.
        like_waiting: Of them, those that had not come when as many days were left.
        like_came: Of these, those that came in the days left.

    Returns:
        The number to expect, and a range that holds the true one in about 95 cases of 100: it allows for the chance
        of each member, for how groups differ, and for having seen few of them. NaN with fewer than three groups.

    Source:
        The best linear predictor of credibility theory: Bühlmann, H. & Gisler, A. (2005). A Course in Credibility
        Theory and its Applications, chapters 3 and 7; it lies between chain ladder (all from the group's own share)
        and Bornhuetter & Ferguson 1972 (nothing from it).
    """
    n, w, x = (np.asarray(each, np.float64) for each in (like_size, like_waiting, like_came))
    n, w, x = n[w > 0], w[w > 0], x[w > 0]
    waiting = size - came
    if len(n) < FEWEST_GROUPS:
        return np.nan, np.nan, np.nan
    if not waiting > 0:
        return 0.0, 0.0, 0.0
    early, late = _Shares(n - w, n), _Shares(x, w)
    together = _covariance(early, late)
    slope = max(together, 0.0) / (early.variance + early.mean * (1 - early.mean) / size)
    share = float(np.clip(late.mean + slope * (came / size - early.mean), 0.0, 1.0))
    between = max(late.variance - slope * together, 0.0)
    few = (len(n) + 1) / (len(n) - 1)
    variance = share * (1 - share) / waiting + few * (between * (1 - 1 / waiting) + late.mean_variance)
    low, high = (float(end) for end in beta_interval(share, variance))
    # Whole members: the smooth range is widened to the numbers it touches.
    return waiting * share, float(np.floor(waiting * low)), float(np.ceil(waiting * high))


class _Shares:
    """Shares of several groups: the common one, how the true ones vary, how uncertain the common one is."""

    def __init__(self, hits: FloatArray, size: FloatArray) -> None:
        correlation = correlation_within(hits, size)
        # Groups weigh by how much they tell: by size where they are alike, all the same where they differ.
        self.weight = 1 / (1 + (size - 1) * correlation)
        half = self.weight.max()
        self.mean = float(((hits * self.weight).sum() + half / 2) / ((size * self.weight).sum() + half))
        self.variance = correlation * self.mean * (1 - self.mean)
        own = size**2 * self.variance + size * self.mean * (1 - self.mean)
        self.mean_variance = float((self.weight**2 * own).sum() / (size * self.weight).sum() ** 2)
        self.size, self.apart = size, hits - size * self.mean


def _covariance(one: _Shares, other: _Shares) -> float:
    """How the true shares go together; chance makes both errors without regard to each other."""
    products = one.apart * other.apart * one.weight
    return float(products.sum() / (one.size * other.size * one.weight).sum())
