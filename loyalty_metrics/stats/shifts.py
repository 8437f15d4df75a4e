"""Did a share change between two sets of cohorts, or for good, beyond what cohorts always stray and seasons bring?

Cohorts differ by more than chance: neighbours are alike, and the same months of each year are. How much so is told by
the cohorts themselves, and is uncertain; so a change is weighed under every spread, memory and season that they make
likely, each with its weight, and not under the likeliest alone.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, ndtr

from loyalty_metrics.stats.histogram import FloatArray

SINCE = 3
"""Groups there must be on either side of a change for good."""

MOST = 120
"""Groups that are looked at: the last ones."""

_SPREADS = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
_MEMORIES = (0.0, 0.6, 0.85, 0.95)
_SEASONS = (0.0, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Standard deviations on the scale of the arc sine of square roots, and the correlation of neighbours."""

_USUAL_STEP = 0.06
"""Standard deviation of a step on that scale: 5 points of 25 %."""

_CAUTION = 2.5
"""Spread and memory are told from few groups: a chance is so many times what they alone make it, and the interval as
much wider, so that groups with much memory (.7, a spread of 3 points) are called different in 5 % of cases."""

_EVEN = 0.2
"""Evidence of four to one is a chance of 5 %."""


@dataclass(frozen=True)
class Shift:
    """The change of a share between two sets of groups.

    Attributes:
        change: What is left of it beside the season, as a share; low and high: its 95 % interval.
        chance: How often the groups' own ups and downs make a change as large, either way.
        by_season: Whether any group has one of the same season, so that the season is told apart at all.
        spread: Standard deviation of the change by the groups' ups and downs beyond chance alone, as a share.
    """

    change: float
    low: float
    high: float
    chance: float
    by_season: bool
    spread: float


@dataclass(frozen=True)
class Lasting:
    """The split of a row of groups that tells most apart.

    Attributes:
        at: Place of the first group after it.
        before, after: Shares of all groups before it and from it on.
        p: How often groups among which nothing lasts show so clear a split.
    """

    at: int
    before: float
    after: float
    p: float


def shift(
    hits: ArrayLike,
    size: ArrayLike,
    older: ArrayLike,
    newer: ArrayLike,
    season: ArrayLike | None = None,
    year: int = 12,
) -> Shift | None:
    """Weigh the change between two sets of groups.

    Args:
        hits: How many of each group did, in the order of time.
        size: How many each has; groups of nobody are left out.
        older: Whether each belongs to the older set.
        newer: Whether it belongs to the newer one. Groups of neither tell of spread and season alone.
        season: The place of each in the year, such as its month; None leaves seasons out.
        year: How many groups make a year.

    Returns:
        See `Shift`; None where a set is empty, nobody or everybody did, or fewer than three groups are known.

    Source:
        Variance-stabilised shares: Freeman & Tukey (1950); restricted likelihood: Harville (1977), JASA 72, 320-338;
        averaged over its parameters as in Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., chapter 5.
    """
    groups = _groups(hits, size, season, year)
    sides = [np.asarray(side, bool)[groups.kept] for side in (older, newer)]
    if groups.is_mute or len(groups.y) < 3 or not all(side.any() for side in sides):
        return None
    neither = ~(sides[0] | sides[1])
    levels = np.column_stack([sides[0], sides[1], *([neither] if neither.any() else [])]).astype(np.float64)
    weights, change, variance, alone = _weighed(groups, levels)
    share = groups.share
    slope = 2 * np.sqrt(share * (1 - share))
    tail = 0.025 / _CAUTION
    low, high = (_quantile(weights, change, variance, at) for at in (tail, 1 - tail))
    extra = max(float(weights @ variance) - alone, 0.0)
    return Shift(
        slope * float(weights @ change),
        slope * low,
        slope * high,
        min(1.0, _CAUTION * _two_sided(weights, change, variance)),
        groups.by_season,
        slope * extra**0.5,
    )


def lasting_change(hits: ArrayLike, size: ArrayLike, season: ArrayLike | None = None, year: int = 12) -> Lasting | None:
    """Find where a share changed for good, and how surprising so clear a change is, having looked at every split.

    The evidence is how much likelier the groups are with a step, averaged over all splits and over steps of a usual
    size, than without, each averaged over spread, memory and season. It is put as a chance so that groups with much
    memory (.7, a spread of 3 points) and no step show one in 5 % of cases; others do so less often.

    Args:
        hits: How many of each group did, in the order of time.
        size: How many each has.
        season: As for `shift`.
        year: As for `shift`.

    Returns:
        The split; None with fewer than three groups on either side, where nobody or everybody did, or where no season
        is known twice: then a season may have made it.

    Source:
        Averaged likelihood ratio of a step at an unknown place: Siegmund, D. (1985). Sequential Analysis, chapter 3;
        its calibration: docs/what_may_be_said.md.
    """
    groups = _groups(hits, size, season, year)
    splits = np.arange(SINCE, len(groups.y) - SINCE + 1)
    if groups.is_mute or not len(splits) or not groups.by_season:
        return None
    evidence = _steps(groups, splits)
    at = int(splits[np.argmax(evidence)])
    x, n = groups.hits, groups.size
    chance = np.exp(np.log(_EVEN) - (logsumexp(evidence) - np.log(len(splits))))
    before, after = x[:at].sum() / n[:at].sum(), x[at:].sum() / n[at:].sum()
    return Lasting(int(groups.kept[at]), float(before), float(after), float(min(chance, 1.0)))


def _steps(groups: "_Groups", splits: NDArray[np.intp]) -> FloatArray:
    """The log of how much likelier a step at each split makes the groups, averaged over spread, memory and season."""
    roots = _roots(groups.key)
    steps = np.greater_equal.outer(np.arange(len(groups.y)), splits)
    told = _whitened(roots, np.column_stack([groups.y, np.ones(len(groups.y)), steps]))
    y, one, after = told[:, :, 0], told[:, :, 1], told[:, :, 2:]
    of_one = (one**2).sum(axis=1)
    y = y - one * ((one * y).sum(axis=1) / of_one)[:, None]
    after = after - one[:, :, None] * (np.einsum("gk,gks->gs", one, after) / of_one[:, None])[:, None, :]
    precision = (after**2).sum(axis=1)
    step, variance = np.einsum("gks,gk->gs", after, y) / precision, 1 / precision
    wider = variance + _USUAL_STEP**2
    gained = 0.5 * (np.log(variance / wider) + step**2 * (1 / variance - 1 / wider))
    without = -np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1) - 0.5 * (np.log(of_one) + (y**2).sum(axis=1))
    return np.asarray(logsumexp((without - logsumexp(without))[:, None] + gained, axis=0))


@dataclass(frozen=True)
class _Groups:
    """Groups ready to be weighed: `y` are arc sines of square roots of shares, nearly normal."""

    kept: NDArray[np.intp]
    hits: FloatArray
    size: FloatArray
    season: NDArray[np.intp]
    year: int

    @property
    def key(self) -> tuple[tuple[float, ...], tuple[int, ...], int]:
        return tuple(self.size), tuple(int(each) for each in self.season), self.year

    @property
    def by_season(self) -> bool:
        return len(np.unique(self.season)) < len(self.season)

    @property
    def y(self) -> FloatArray:
        return np.asarray(np.arcsin(np.sqrt((self.hits + 0.375) / (self.size + 0.75))))

    @property
    def share(self) -> float:
        return float(self.hits.sum() / self.size.sum())

    @property
    def is_mute(self) -> bool:
        return not len(self.size) or not 0 < self.hits.sum() < self.size.sum()


def _groups(hits: ArrayLike, size: ArrayLike, season: ArrayLike | None, year: int) -> _Groups:
    x, n = np.asarray(hits, np.float64), np.asarray(size, np.float64)
    kept = np.flatnonzero(n > 0)[-MOST:]
    place = np.arange(len(n)) if season is None else np.asarray(season)
    return _Groups(kept, x[kept], n[kept], np.unique(place[kept], return_inverse=True)[1], year)


def _weighed(groups: _Groups, levels: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """The weight of each spread, memory and season, with the change and its variance under it; and by chance alone."""
    roots = _roots(groups.key)
    told = _whitened(roots, np.column_stack([groups.y, levels]))
    y, x = told[:, :, 0], told[:, :, 1:]
    inner = np.einsum("gki,gkj->gij", x, x)
    covariance = np.linalg.inv(inner)
    means = np.einsum("gij,gkj,gk->gi", covariance, x, y)
    left = y - np.einsum("gki,gi->gk", x, means)
    likely = -np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    likely -= 0.5 * np.linalg.slogdet(inner)[1] + 0.5 * (left**2).sum(axis=1)
    contrast = np.zeros(levels.shape[1])
    contrast[:2] = -1, 1
    variance = np.einsum("i,gij,j->g", contrast, covariance, contrast)
    return np.exp(likely - logsumexp(likely)), means @ contrast, variance, float(variance[0])


def _whitened(roots: FloatArray, columns: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.solve(roots, np.broadcast_to(columns, (len(roots), *columns.shape))), np.float64)


@lru_cache(maxsize=64)
def _roots(key: tuple[tuple[float, ...], tuple[int, ...], int]) -> FloatArray:
    """Cholesky roots of the groups' covariance under each spread, memory and season; chance alone comes first."""
    n, place, year = np.array(key[0]), np.array(key[1]), key[2]
    apart = np.abs(np.subtract.outer(np.arange(len(n)), np.arange(len(n))))
    smooth = np.exp(-2 * np.sin(np.pi * apart / year) ** 2)
    alike = 0.5 * np.equal.outer(place, place) + 0.5 * smooth
    chance = np.diag(1 / (4 * n + 2))
    memories = [(spread, memory) for spread in _SPREADS for memory in (_MEMORIES if spread else _MEMORIES[:1])]
    found = [
        chance + spread**2 * memory**apart + season**2 * alike for spread, memory in memories for season in _SEASONS
    ]
    roots: FloatArray = np.linalg.cholesky(np.array(found)).astype(np.float64)
    return roots


def _two_sided(weights: FloatArray, change: FloatArray, variance: FloatArray) -> float:
    below = float(weights @ ndtr(-change / np.sqrt(variance)))
    return min(1.0, 2 * min(below, 1 - below))


def _quantile(weights: FloatArray, change: FloatArray, variance: FloatArray, at: float) -> float:
    """A quantile of the mixture of normals, by halving."""
    error = np.sqrt(variance)
    low, high = float((change - 10 * error).min()), float((change + 10 * error).max())
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if weights @ ndtr((middle - change) / error) < at else (low, middle)
    return (low + high) / 2
