"""After which group did a share change for good? The split of a row of groups that tells most apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.shrinkage import correlation_within

SHUFFLES, SEED = 999, 20250301
FEWEST = 2
"""Groups there must be on either side: one alone is an exception, not a change for good."""


@dataclass(frozen=True)
class TurningPoint:
    """The best split.

    Attributes:
        at: Place of the first group after the change, counted from 0.
        before: Share of all groups before it together.
        after: Share of the groups from it on.
        p: How often the same groups in a random order have a split that tells as much apart.
    """

    at: int
    before: float
    after: float
    p: float


def turning_point(hits: ArrayLike, size: ArrayLike) -> TurningPoint | None:
    """Find where a share changed for good, and how surprising so clear a change is.

    The split with the largest likelihood ratio of two shares against one is taken. It is set against the best splits
    when the groups' departures from the common share, each in its own standard deviations, are dealt out anew in 999
    random orders (fixed seed): so it allows for having looked at every split, and for groups that differ more than
    chance makes them. With fewer than eight groups hardly anything can be surprising.

    Args:
        hits: How many of each group did, in the order of time.
        size: How many each has.

    Returns:
        The split; None with fewer than four groups, or where nobody or everybody did.

    Source:
        Worsley, K. J. (1983). The power of likelihood ratio and cumulative sum tests for a change in a binomial
        probability. Biometrika 70, 455-464; order shuffled as in Edgington, E. (1995). Randomization Tests.
    """
    x, n = np.asarray(hits, np.float64), np.asarray(size, np.float64)
    if len(x) < 2 * FEWEST or not 0 < x.sum() < n.sum():
        return None
    told = _told_apart(x[None], n[None])[0]
    at = int(np.argmax(told)) + FEWEST
    share = x.sum() / n.sum()
    spread = np.sqrt(n * share * (1 - share) * (1 + (n - 1) * correlation_within(x, n)))
    departures = np.random.default_rng(SEED).permuted(np.tile((x - n * share) / spread, (SHUFFLES, 1)), axis=1)
    dealt = np.clip(n * share + departures * spread, 0, n)
    # Rounded: the same split added up in another order must count as equal.
    best = np.round(_told_apart(dealt, np.tile(n, (SHUFFLES, 1))).max(axis=1), 9)
    as_large = int((best >= np.round(told.max(), 9)).sum())
    return TurningPoint(at, x[:at].sum() / n[:at].sum(), x[at:].sum() / n[at:].sum(), (1 + as_large) / (1 + SHUFFLES))


def _told_apart(x: FloatArray, n: FloatArray) -> FloatArray:
    """The log likelihood that two shares gain over one, for each row of groups and each split."""
    before = slice(FEWEST - 1, x.shape[1] - FEWEST)
    hits, size = x.cumsum(axis=1)[:, before], n.cumsum(axis=1)[:, before]
    all_hits, all_size = x.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    return _likelihood(hits, size) + _likelihood(all_hits - hits, all_size - size) - _likelihood(all_hits, all_size)


def _likelihood(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(xlogy(x, x / n) + xlogy(n - x, 1 - x / n))
