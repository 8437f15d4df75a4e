"""Figures through Chebyshev's points are those worked out one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.integrals import purchases_until_leaving
from loyalty_metrics.stats.interpolation import smooth_by_group

X, T = (each.ravel().astype(float) for each in np.meshgrid([0, 1, 2, 3, 7, 40, 900], np.arange(1, 1201), indexing="ij"))
"""More histories than are worked out one by one, ascending by purchases."""


@settings(deadline=None, max_examples=40)
@given(
    r=st.floats(0.02, 60),
    alpha=st.floats(1e-3, 5000),
    a=st.floats(1e-3, 60),
    b=st.floats(1e-3, 500),
    t=st.sampled_from([1e-3, 1.0, 30.0, 365.0, 10_000.0]),
    kind=st.sampled_from([BetaGeometricNBD, ModifiedBetaGeometricNBD]),
)
def test_expected_purchases_of_many_histories_are_those_of_each(
    r: float, alpha: float, a: float, b: float, t: float, kind: type[BetaGeometricNBD]
) -> None:
    model = kind.of(r=r, alpha=alpha, a=a, b=b)
    together = model.expected_while_alive(t, X, T)
    first = kind is ModifiedBetaGeometricNBD
    one_by_one = purchases_until_leaving(r + X, t / (alpha + T), a, b + X + first)
    assert together == pytest.approx(one_by_one, rel=1e-9, abs=1e-300)
    # Other orders of the same histories, and a single one, say the same.
    mixed = np.random.default_rng(1).permutation(len(X))
    assert np.array_equal(model.expected_while_alive(t, X[mixed], T[mixed]), together[mixed])
    assert model.expected_while_alive(t, X[5000], T[5000]) == pytest.approx(together[5000], rel=1e-9)


def test_new_customers_in_any_shape_of_times_are_told_alike() -> None:
    model = BetaGeometricNBD.of(r=0.5, alpha=8, a=0.8, b=2.5)
    one = model.expected_of_new(3.0)
    for shape in ((), (2000,), (40, 50)):
        found = model.expected_of_new(np.full(shape, 3.0))
        assert found.shape == shape and found == pytest.approx(np.full(shape, one), rel=1e-12)


def test_groups_of_few_places_are_worked_out_exactly_and_nodes_are_hit() -> None:
    asked: list[int] = []

    def figure(group: np.ndarray, place: np.ndarray) -> np.ndarray:
        asked.append(group.size)
        return np.exp(group) / (1 + place**2)

    group = np.repeat([1.0, 2.0], [400, 3])
    place = np.concatenate([np.linspace(-1, 1, 400), [-1.0, 0.3, 1.0]])
    found = smooth_by_group(figure, group, place, strip=0.9)
    assert found == pytest.approx(np.exp(group) / (1 + place**2), rel=1e-12)
    assert asked[1] == 3 and asked[0] < 60
    assert found[[0, 399]] == pytest.approx([np.e / 2, np.e / 2], rel=1e-14)


def test_one_place_alone_needs_no_points() -> None:
    assert smooth_by_group(
        lambda group, place: group + place, np.array([1.0, 2]), np.array([3.0, 3]), 1.0
    ).tolist() == [4, 5]
