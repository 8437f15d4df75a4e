"""Groups of customers that are there: parted by thin places, and found again in resampled data.

Scikit-learn is imported where it is used: that takes half a second, which no other question should wait for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from loyalty_metrics.stats.histogram import FloatArray

MOST_GROUPS = 8
FEWEST_ROWS = 200
"""With fewer rows chance alone makes thin places."""

SMALLEST_SHARE, SMALLEST_GROUP = 0.02, 20
"""A group is at least this share of the rows and at least so many."""

THIN = 0.5
"""Between two groups the density falls to at most this part of the lower of the two peaks."""

STABLE = 0.8
"""The least agreement (Adjusted Rand) with the groups found in resampled data."""

ROUNDS = 3
"""Times that k-means measures anew."""

GIVEN_UP = 0.75
"""A valley that is less deep than this in the first quarter of the bootstraps is not looked at further."""

FEWEST_SEEN = 5
"""Rows of a group, at least, in which a valley can be looked for."""

RIDGE = 1e-3
"""Added to the spread within groups, as part of its mean, so that traits that nearly repeat each other do no harm."""

BOOTSTRAPS, BOOTSTRAP_ROWS, SILHOUETTE_ROWS = 20, 4_000, 2_000

FOUND, CONTINUUM, UNSTABLE, TOO_FEW = "found", "continuum", "unstable", "too_few"

Assign = Callable[[FloatArray], np.ndarray]


@dataclass(frozen=True)
class Candidate:
    """One way to part the rows.

    Attributes:
        method: `spheres` (k-means, with one measure of distance for all groups) or `ellipses` (Gaussian mixture with a
            covariance of its own for each group).
        k: Groups.
        labels: Of the rows it was fitted to.
        assign: Gives the group of any rows.
        valley: Density between the two groups least apart, as part of the lower of their peaks; 1 where a group is
            too small to count. Once judged, it is the median over bootstrap samples, in the rows left out of each.
        silhouette: Mean silhouette, -1 to 1; NaN where it was not judged.
        stability: Mean Adjusted Rand with the groups of bootstrap samples; NaN where it was not judged.
    """

    method: str
    k: int
    labels: np.ndarray
    assign: Assign
    valley: float
    silhouette: float = np.nan
    stability: float = np.nan


@dataclass(frozen=True)
class Groups:
    """What was found.

    Attributes:
        verdict: `found`; `continuum` (no way to part the rows has thin places between all its groups); `unstable` (one
            has, but resampled data part otherwise); `too_few` rows.
        best: The groups found; where none are, the way that came nearest, None with too few rows.
    """

    verdict: str
    best: Candidate | None


def find_groups(rows: FloatArray, seed: int = 0) -> Groups:
    """Find groups of rows, or say that there are none.

    K-means and Gaussian mixtures with 2 to 8 groups are tried. A candidate stands where bootstrap samples give the
    same groups, and where each pair of groups is parted by a valley of the density along the direction that tells the
    two apart best (Fisher's). Groups and direction are those of the sample; the valley is looked for in the rows left
    out of it, since any sample can be cut so that it has valleys itself. Of the candidates that stand, the one with
    most groups is taken, since each of these is parted from every other; of equally many, the one with the higher
    silhouette.
    (The silhouette alone prefers few groups: it puts neighbours together.)

    Args:
        rows: One row a customer, one column a trait; columns on comparable scales.
        seed: Of all random choices.

    Source:
        Rousseeuw 1987 (silhouette); Hubert & Arabie 1985 (Adjusted Rand); Hennig 2007 (stability over bootstraps);
        the valley is the idea of Hartigan & Hartigan 1985, that groups are modes.
    """
    if len(rows) < FEWEST_ROWS:
        return Groups(TOO_FEW, None)
    if not rows.shape[1]:
        return Groups(CONTINUUM, None)
    with threadpool_limits(1):
        tried = [_candidate(rows, method, k, seed) for method in METHODS for k in range(2, MOST_GROUPS + 1)]
        parted = [one for one in tried if one.valley <= THIN]
        judged = []
        for k in range(MOST_GROUPS, 1, -1):
            judged += [_judged(rows, one, seed) for one in parted if one.k == k]
            standing = [one for one in judged if one.valley <= THIN and one.stability >= STABLE]
            if standing:
                return Groups(FOUND, max(standing, key=lambda one: one.silhouette))
    deep = [one for one in judged if one.valley <= THIN]
    if deep:
        return Groups(UNSTABLE, max(deep, key=lambda one: one.stability))
    return Groups(CONTINUUM, min(judged or tried, key=lambda one: one.valley))


def _spheres(rows: FloatArray, k: int, seed: int) -> Assign:
    """K-means, measured anew in units of the spread within the groups just found.

    On the scale of all customers a trait that parts groups far counts less the further it parts them, and one that says
    nothing counts in full.
    """
    from sklearn.cluster import KMeans

    metric = np.eye(rows.shape[1])
    for left in range(ROUNDS, -1, -1):
        fitted = KMeans(k, n_init=5, random_state=seed).fit(rows @ metric)
        if left:
            metric = np.linalg.inv(np.linalg.cholesky(_within(rows, fitted.labels_, k))).T
    return lambda some: fitted.predict(some @ metric)


def _ellipses(rows: FloatArray, k: int, seed: int) -> Assign:
    from sklearn.mixture import GaussianMixture

    mixture = GaussianMixture(k, n_init=3, tol=1e-2, init_params="k-means++", reg_covar=1e-3, random_state=seed)
    return mixture.fit(rows).predict


METHODS: dict[str, Callable[[FloatArray, int, int], Assign]] = {"spheres": _spheres, "ellipses": _ellipses}


def _candidate(rows: FloatArray, method: str, k: int, seed: int) -> Candidate:
    assign = METHODS[method](rows, k, seed)
    labels = assign(rows)
    is_large = np.bincount(labels, minlength=k).min() >= max(SMALLEST_GROUP, SMALLEST_SHARE * len(rows))
    return Candidate(method, k, labels, assign, _least_parted(rows, labels, rows, labels, k) if is_large else 1.0)


def _judged(rows: FloatArray, one: Candidate, seed: int) -> Candidate:
    """Add silhouette and stability, and look for the valleys in rows that had no part in finding the groups."""
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    rng = np.random.default_rng(seed)
    agreements: list[float] = []
    valleys: list[float] = []
    for replicate in range(BOOTSTRAPS):
        if replicate == BOOTSTRAPS // 4 and np.median(valleys) > GIVEN_UP:
            break
        drawn = rng.integers(0, len(rows), min(len(rows), BOOTSTRAP_ROWS))
        labels = METHODS[one.method](rows[drawn], one.k, seed + replicate)(rows)
        left_out = np.setdiff1d(np.arange(len(rows)), drawn)
        agreements.append(adjusted_rand_score(one.labels, labels))
        valleys.append(_least_parted(rows[drawn], labels[drawn], rows[left_out], labels[left_out], one.k))
    some = rng.permutation(len(rows))[:SILHOUETTE_ROWS]
    return replace(
        one,
        valley=float(np.median(valleys)),
        stability=float(np.mean(agreements)),
        silhouette=float(silhouette_score(rows[some], one.labels[some])),
    )


def _least_parted(rows: FloatArray, labels: np.ndarray, others: FloatArray, others_labels: np.ndarray, k: int) -> float:
    """The valley of the two groups that are least apart."""
    pairs = [(a, b) for a in range(k) for b in range(a)]
    return max(
        valley(*(part[of == n] for part, of in ((rows, labels), (others, others_labels)) for n in p)) for p in pairs
    )


def valley(one: FloatArray, other: FloatArray, seen_one: FloatArray, seen_other: FloatArray) -> float:
    """How deep the density falls between two groups.

    Args:
        one: Rows of the one group, which give the direction.
        other: Of the other.
        seen_one: Rows of the one group in which the valley is looked for; may be the same.
        seen_other: Of the other.

    Returns:
        The lowest density between the two peaks as part of the lower peak, 0 (a gap) to 1 (no valley, or too few rows
        to tell).
    """
    if min(map(len, (one, other, seen_one, seen_other))) < FEWEST_SEEN:
        return 1.0
    direction = _fisher(one, other)
    low, high = seen_one @ direction, seen_other @ direction
    if not high.mean() > low.mean():
        return 1.0
    grid = np.linspace(np.quantile(low, 0.02), np.quantile(high, 0.98), 256)
    width = 0.9 * min(low.std(), high.std()) * min(len(low), len(high)) ** -0.2
    density = _density(np.concatenate([low, high]), grid, max(width, grid[1] - grid[0]))
    cut = min(max(int(np.searchsorted(grid, _border(low, high))), 1), len(grid) - 1)
    left, right = int(density[:cut].argmax()), cut + int(density[cut:].argmax())
    return float(density[left : right + 1].min() / min(density[left], density[right]))


def _fisher(one: FloatArray, other: FloatArray) -> FloatArray:
    """The direction along which two groups are furthest apart, measured in their own spread."""
    both = np.concatenate([one, other])
    spread = _within(both, np.repeat([0, 1], [len(one), len(other)]), 2)
    return np.asarray(np.linalg.solve(spread, other.mean(0) - one.mean(0)))


def _within(rows: FloatArray, labels: np.ndarray, k: int) -> FloatArray:
    """The covariance within groups, all together."""
    centres = np.array([rows[labels == n].mean(0) for n in range(k)])
    spread = np.atleast_2d(np.cov((rows - centres[labels]).T, bias=True))
    ridge = RIDGE * np.trace(spread) / len(spread) + np.finfo(float).tiny
    return np.asarray(spread + ridge * np.eye(len(spread)))


def _border(low: FloatArray, high: FloatArray) -> float:
    """Between the two groups: as many standard deviations from the one's mean as from the other's."""
    a, b = low.std(), high.std()
    return float((low.mean() * b + high.mean() * a) / (a + b)) if a + b > 0 else float(low.mean() + high.mean()) / 2


def _density(values: FloatArray, grid: FloatArray, width: float) -> FloatArray:
    """Density on a grid (to a factor), smoothed by a normal kernel, from counts in bins as fine as the grid."""
    step = grid[1] - grid[0]
    reach = int(np.ceil(4 * width / step))
    edges = grid[0] + step * (np.arange(len(grid) + 2 * reach + 1) - reach - 0.5)
    counts, _edges = np.histogram(values, edges)
    kernel = np.exp(-0.5 * (step * np.arange(-reach, reach + 1) / width) ** 2)
    return np.asarray(np.convolve(counts, kernel, mode="valid"))
