"""Shares of small groups drawn towards all: the fit, its degenerate cases, and that it pays."""

import numpy as np
import pytest

from loyalty_metrics.stats.shrinkage import beta_interval, correlation_within, fit, shrink


def family(hits: np.ndarray, size: np.ndarray):
    return fit(len(size), size.sum(), hits.sum(), (size**2).sum(), (hits**2 / size).sum())


@pytest.mark.parametrize("correlation", [0.02, 0.1, 0.3])
def test_the_correlation_that_made_the_groups_is_found(correlation: float) -> None:
    rng = np.random.default_rng(4)
    weight = 1 / correlation - 1
    size = rng.integers(20, 400, 4000).astype(float)
    hits = rng.binomial(size.astype(int), rng.beta(0.3 * weight, 0.7 * weight, 4000)).astype(float)
    found = family(hits, size)
    assert found.mean == pytest.approx(0.3, abs=0.015)
    assert found.correlation == pytest.approx(correlation, rel=0.12)


def test_groups_that_differ_by_chance_alone_become_the_common_share() -> None:
    size = np.full(6, 100.0)
    hits = np.array([30.0, 31, 29, 30, 32, 28])
    found = family(hits, size)
    assert found.correlation == 0
    share, low, high = shrink(hits, size, found)
    np.testing.assert_allclose(share, 180.5 / 601)
    assert (low < share).all() and (share < high).all() and (high - low < 0.08).all()


def test_a_large_group_keeps_its_own_share_and_a_small_one_gives_it_up() -> None:
    hits, size = np.array([100.0, 4000, 5, 300, 2]), np.array([1000.0, 10_000, 10, 1000, 10])
    share, low, high = shrink(hits, size, family(hits, size))
    assert share[1] == pytest.approx(0.4, abs=0.01)
    assert 0.2 < share[2] < 0.5
    assert ((low <= share) & (share <= high)).all()


def test_smoothed_shares_are_nearer_the_truth_and_their_intervals_hold_it() -> None:
    rng = np.random.default_rng(9)
    closer, inside, cells = 0.0, 0, 0
    for _round in range(300):
        size = rng.integers(15, 120, 24).astype(float)
        truth = rng.beta(6, 14, 24)
        hits = rng.binomial(size.astype(int), truth).astype(float)
        share, low, high = shrink(hits, size, family(hits, size))
        closer += ((hits / size - truth) ** 2).sum() - ((share - truth) ** 2).sum()
        inside, cells = inside + int(((low <= truth) & (truth <= high)).sum()), cells + 24
    assert closer > 0
    assert 0.92 < inside / cells < 0.97


def test_degenerate_families() -> None:
    two = fit(2, 20, 5, 200, 1.3)
    assert np.isnan(two.mean) and np.isnan(two.correlation)
    assert np.isnan(shrink(3, 10, two)).all()
    nobody = family(np.zeros(4), np.full(4, 50.0))
    share, low, high = shrink(0, 50, nobody)
    assert 0 <= low < share < high < 0.03
    apart = family(np.array([0.0, 50, 0, 50]), np.full(4, 50.0))
    assert apart.correlation > 0.9
    single = family(np.ones(5), np.ones(5))
    assert 0 < shrink(1, 1, single)[0] < 1
    assert np.isnan(shrink(0, 0, nobody)).all()
    assert correlation_within(np.array([1.0, 2]), np.array([5.0, 5])) == 0


def test_beta_interval_at_its_ends() -> None:
    low, high = beta_interval([0.3, 0.3, 0.5], [0.0, 0.001, 0.3])
    assert low[0] == high[0] == 0.3
    assert low[1] < 0.3 < high[1]
    assert (low[2], high[2]) == (0, 1)
