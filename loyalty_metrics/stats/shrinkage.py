"""Shares of small groups, drawn towards the share of all by as much as chance blurs them (beta-binomial)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from loyalty_metrics.stats.histogram import FloatArray

FEWEST_GROUPS = 3
"""With fewer groups nothing can be said of how much groups differ."""


@dataclass(frozen=True)
class Spread:
    """Groups whose true shares differ around a common one; arrays hold one such family of groups each.

    Attributes:
        mean: The common share; NaN with fewer than `FEWEST_GROUPS` groups.
        correlation: How alike two members of a group are, 0 to below 1: the variance of the groups' true shares is
            correlation * mean * (1 - mean). 0 where the groups differ no more than chance makes them.
        mean_variance: How uncertain the common share is, as a variance.
    """

    mean: FloatArray
    correlation: FloatArray
    mean_variance: FloatArray


def fit(
    groups: ArrayLike, size: ArrayLike, hits: ArrayLike, squared_sizes: ArrayLike, squared_hits: ArrayLike
) -> Spread:
    """Find the common share and how much groups differ around it, from five sums over the groups.

    Each group has n members of whom x did. The weighted spread of x / n around the common share is set against what
    a beta-binomial would show on average (method of moments), and cut off at no difference.

    Args:
        groups: How many groups with members.
        size: Sum of n.
        hits: Sum of x.
        squared_sizes: Sum of n squared.
        squared_hits: Sum of x squared / n.

    Returns:
        The common share and the correlation within groups.

    Source:
        Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. JASA 68, 46-54,
        with weights n.
    """
    j, n, x, nn, xx = (np.asarray(each, np.float64) for each in (groups, size, hits, squared_sizes, squared_hits))
    n = np.where((n > 0) & (j >= FEWEST_GROUPS), n, np.nan)
    chance = x / n * (1 - x / n)
    spread = np.maximum(xx - x**2 / n, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        # What the spread would be: chance * (j - 1) without correlation, growing by this much for each unit of it.
        growth = chance * (n - nn / n - (j - 1))
        found = np.where(growth > 0, (spread - chance * (j - 1)) / growth, 0.0)
    correlation = np.where(np.isnan(n), np.nan, np.clip(found, 0, 0.999))
    # Half a member more on either side: that nobody did does not make it certain that nobody will.
    mean = (x + 0.5) / (n + 1)
    variance = mean * (1 - mean) * ((1 - correlation) / n + correlation * nn / n**2)
    return Spread(mean, correlation, variance)


def shrink(hits: ArrayLike, size: ArrayLike, spread: Spread) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The best guess of each group's true share, given what all groups show.

    Args:
        hits: How many of the group did.
        size: How many it has.
        spread: Of the groups, for each.

    Returns:
        Share, low and high of the 95% interval, which allows for the uncertainty of the common share but not for
        that of the correlation; NaN where the spread or the group is not known.

    Source:
        Morris, C. N. (1983). Parametric empirical Bayes inference. JASA 78, 47-55.
    """
    x, n = np.asarray(hits, np.float64), np.asarray(size, np.float64)
    n = np.where(n > 0, n, np.nan)
    own = n * spread.correlation / (1 - spread.correlation + n * spread.correlation)
    share = own * x / n + (1 - own) * spread.mean
    # 1 / correlation is one more than the customers that the prior is worth; share (1 - share) / (prior + n + 1).
    after = share * (1 - share) * spread.correlation / (1 + n * spread.correlation)
    low, high = beta_interval(share, after + (1 - own) ** 2 * spread.mean_variance)
    return share, low, high


def correlation_within(hits: FloatArray, size: FloatArray) -> float:
    """How alike two members of a group are, of one family of groups that all have members; see `Spread`."""
    sums = (len(size), size.sum(), hits.sum(), (size**2).sum(), (hits**2 / size).sum())
    return float(np.nan_to_num(fit(*sums).correlation))


def beta_interval(mean: ArrayLike, variance: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The middle 95% of a beta distribution with this mean and variance; the mean itself where there is no variance."""
    mean, variance = np.asarray(mean, np.float64), np.asarray(variance, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = mean * (1 - mean) / variance - 1
        low, high = (betaincinv(mean * weight, (1 - mean) * weight, tail) for tail in (0.025, 0.975))
    certain = ~(weight > 0) | ~np.isfinite(weight)
    wide = certain & (variance > 0) & (weight <= 0)
    low = np.where(wide, 0.0, np.where(certain, mean, low))
    high = np.where(wide, 1.0, np.where(certain, mean, high))
    return np.asarray(low), np.asarray(high)
