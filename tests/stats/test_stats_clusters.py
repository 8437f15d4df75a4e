"""Planted groups are found again; where there are none, none are claimed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from benchmarks import planted
from loyalty_metrics.stats import clusters
from loyalty_metrics.stats.clusters import CONTINUUM, FOUND, TOO_FEW, find_groups, valley
from loyalty_metrics.stats.traits import Trait, scale


@pytest.mark.parametrize("make", planted.PLANTED_ROWS, ids=lambda make: make.__name__)
def test_planted_groups_are_found_again(make) -> None:
    for seed in range(2):
        rows, group = make(np.random.default_rng([seed, 400]), 400)
        found = find_groups(rows)
        assert found.verdict == FOUND and found.best.k == group.max() + 1
        assert adjusted_rand_score(group, found.best.labels) >= 0.9
        assert found.best.stability >= clusters.STABLE and found.best.valley <= clusters.THIN


@pytest.mark.parametrize("make", planted.PLAIN_ROWS, ids=lambda make: make.__name__)
def test_no_groups_are_claimed_where_there_are_none(make) -> None:
    for seed in range(2):
        found = find_groups(make(np.random.default_rng([seed, 300]), 300))
        assert found.verdict == CONTINUUM


def test_few_rows_and_rows_without_traits() -> None:
    assert find_groups(np.zeros((clusters.FEWEST_ROWS - 1, 2))).verdict == TOO_FEW
    assert find_groups(np.zeros((clusters.FEWEST_ROWS, 0))).verdict == CONTINUUM


def test_two_normal_distributions_have_the_valley_of_their_formula() -> None:
    """Half and half, 4 standard deviations apart: 2 phi(2) against phi(0) + phi(4)."""
    rng = np.random.default_rng(1)
    low, high = rng.normal(0, 1, (200_000, 1)), rng.normal(4, 1, (200_000, 1))
    wanted = 2 * np.exp(-2) / (1 + np.exp(-8))
    assert valley(low, high, low, high) == pytest.approx(wanted, abs=0.03)
    assert valley(low, high, low, low + 0.1) > 0.95


def test_a_gap_is_no_density_at_all_and_a_cut_through_one_cloud_no_valley() -> None:
    rng = np.random.default_rng(2)
    cloud = rng.normal(size=(5_000, 3))
    assert valley(cloud, cloud + 20, cloud, cloud + 20) == 0
    left, right = cloud[cloud[:, 0] < 0], cloud[cloud[:, 0] >= 0]
    assert valley(left, right, left, right) > 0.9
    assert valley(left[:3], right, left, right) == 1


@settings(max_examples=30)
@given(turn=st.floats(-3, 3), factor=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_a_valley_is_the_same_turned_moved_and_in_other_units(turn: float, factor: float, shift: float) -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(300, 2)), rng.normal((3, 0), 1, (400, 2))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = [factor * (rows @ rotation) + shift for rows in (one, other)]
    assert valley(*moved, *moved) == pytest.approx(valley(one, other, one, other), abs=1e-6)


def test_the_same_rows_give_the_same_groups() -> None:
    rows, _group = planted.spherical(np.random.default_rng(5), 400)
    first, second = find_groups(rows), find_groups(rows.copy())
    assert (first.best.labels == second.best.labels).all() and first.best.valley == second.best.valley


def test_money_in_another_currency_is_on_the_same_scale() -> None:
    money = np.random.default_rng(6).lognormal(3, 1.5, 1_000)
    euros, cents = Trait("basket", "money", money), Trait("basket", "money", money * 100)
    np.testing.assert_allclose(scale(euros).of(euros), scale(cents).of(cents), atol=1e-9)


def test_a_share_of_few_is_drawn_to_that_of_all_and_the_unknown_stand_at_it() -> None:
    rng = np.random.default_rng(7)
    sizes = np.repeat([40.0, 0.0], 500)
    counts = np.append(rng.binomial(40, rng.choice([0.1, 0.8], 500)), np.zeros(500))
    trait = Trait("discount", "share", counts, sizes)
    found = scale(trait)
    mean = counts.sum() / sizes.sum()
    assert found.mean == pytest.approx(mean)
    one, many, unknown = (
        found.of(Trait("discount", "share", np.array([k]), np.array([n])))[0] * found.spread + found.middle
        for k, n in ((1.0, 1.0), (40.0, 40.0), (0.0, 0.0))
    )
    assert unknown == pytest.approx(mean) and mean < one < many < 1


@pytest.mark.parametrize(
    "trait",
    [
        Trait("frequency", "count", np.full(300, 2.0)),
        Trait("basket", "money", np.full(300, 9.99)),
        Trait("returns", "share", np.zeros(300), np.ones(300)),
        Trait("returns", "share", np.zeros(300), np.zeros(300)),
        Trait("discount", "share", np.random.default_rng(8).binomial(5, 0.3, 3_000) * 1.0, np.full(3_000, 5.0)),
    ],
    ids=["all alike", "one price", "never", "unknown", "no more than chance"],
)
def test_what_tells_nobody_apart_has_no_scale(trait: Trait) -> None:
    assert scale(trait) is None


def test_whole_numbers_spread_over_the_room_between_them() -> None:
    rng = np.random.default_rng(9)
    trait = Trait("frequency", "count", np.repeat([1.0, 2.0, 3.0], 500))
    found = scale(trait)
    spread = np.exp(found.of(trait, rng) * found.spread + found.middle)
    assert np.abs(spread - trait.values).max() <= 0.5 + 1e-9
    assert np.diff(np.sort(spread)).max() < 0.05
