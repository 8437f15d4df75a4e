"""Shares that lie apart from the others: against moments worked out one by one, and where all stray alike."""

import numpy as np
from scipy import stats

from loyalty_metrics.stats.outliers import beyond_spread
from loyalty_metrics.stats.proportions import benjamini_hochberg


def plainly(hits: list[float], size: list[float], one: int) -> float:
    """DerSimonian and Laird's spread of the others, and Student's t."""
    y = [np.arcsin(np.sqrt((x + 3 / 8) / (n + 3 / 4))) for x, n in zip(hits, size, strict=True)]
    v = [1 / (4 * n + 2) for n in size]
    others = [k for k in range(len(y)) if k != one]
    w = np.array([1 / v[k] for k in others])
    values = np.array([y[k] for k in others])
    q = (w * (values - np.average(values, weights=w)) ** 2).sum()
    spread = max(0.0, (q - (len(others) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    w = np.array([1 / (v[k] + spread) for k in others])
    away = abs(y[one] - np.average(values, weights=w)) / np.sqrt(v[one] + spread + 1 / w.sum())
    return float(2 * stats.t.sf(away, len(others) - 1))


def test_each_is_held_against_the_spread_of_the_others() -> None:
    rng = np.random.default_rng(2)
    size = rng.integers(20, 400, 12).astype(float)
    hits = rng.binomial(size.astype(int), rng.beta(8, 24, 12)).astype(float)
    found = beyond_spread(hits, size, np.zeros(12, int))
    # The others' weights hold each one's own spread; the plain reading takes the same spread for all of one comparison.
    wanted = [plainly(list(hits), list(size), one) for one in range(12)]
    np.testing.assert_allclose(found, wanted, rtol=0.35, atol=0.02)


def test_where_chance_alone_makes_them_differ_it_is_nearly_the_plain_test() -> None:
    size = np.full(10, 500.0)
    hits = np.array([100.0] * 9 + [160.0])
    found = beyond_spread(hits, size, np.zeros(10, int))
    assert found[-1] < 0.001
    assert (found[:-1] > 0.3).all()


def test_groups_do_not_meet_and_unknown_stays_unknown() -> None:
    hits = np.array([5.0, 6, 7, 5, 50, 51, 49, 2])
    size = np.array([50.0, 50, 50, np.nan, 100, 100, 100, 10])
    group = np.array([1, 1, 1, 1, 2, 2, 2, 3])
    found = beyond_spread(hits, size, group)
    assert np.isnan(found[[3, 7]]).all()
    assert (found[[0, 1, 2, 4, 5, 6]] > 0.2).all()


def test_a_season_marks_no_cell() -> None:
    rng, marked = np.random.default_rng(4), 0
    for _shop in range(60):
        season = 0.25 * (1 + 0.3 * np.sin(2 * np.pi * (np.arange(24) + rng.integers(12)) / 12))
        size = rng.poisson(300, 24).astype(float)
        hits = rng.binomial(size.astype(int), season).astype(float)
        marked += bool((benjamini_hochberg(beyond_spread(hits, size, np.zeros(24, int))) <= 0.05).any())
    assert marked <= 6
