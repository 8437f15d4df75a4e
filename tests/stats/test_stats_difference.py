"""Matching and difference in differences: by hand, against plain least squares, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.difference import difference_in_differences
from loyalty_metrics.stats.matching import effective, match, standardised_differences


def test_by_hand() -> None:
    # Listed change by 2, 4, 6 (mean 4, variance 4); the others by 1 and 3 (mean 2, variance 2).
    before, after = np.array([1.0, 1, 1, 5, 5]), np.array([3.0, 5, 7, 6, 8])
    listed = np.array([True, True, True, False, False])
    found = difference_in_differences(before, after, listed, np.ones(5), np.zeros((5, 0)))
    assert (found.before, found.after, found.other_before, found.other_after) == (1, 5, 5, 7)
    assert found.effect == pytest.approx(2)
    assert found.error == pytest.approx((4 / 3 + 2 / 2) ** 0.5)  # Welch's
    assert found.high - found.effect == pytest.approx(found.effect - found.low)


def test_weights_count_as_so_many_customers() -> None:
    random = np.random.default_rng(2)
    listed = np.r_[np.ones(40, bool), np.zeros(60, bool)]
    before, after = random.normal(0, 1, 100), random.normal(1, 1, 100)
    features = np.column_stack([before, random.normal(0, 1, 100)])
    weights = np.r_[np.ones(40), random.integers(1, 4, 60)]
    again = np.repeat(np.arange(100), weights.astype(int))
    one = difference_in_differences(before, after, listed, weights, features)
    many = difference_in_differences(before[again], after[again], listed[again], np.ones(len(again)), features[again])
    assert one.effect == pytest.approx(many.effect, abs=1e-9)
    assert one.other_after == pytest.approx(many.other_after)


def test_regression_is_that_of_plain_least_squares() -> None:
    random = np.random.default_rng(3)
    n = 400
    listed = random.random(n) < 0.4
    features = random.normal(0, 1, (n, 3)) + listed[:, None] * 0.3
    before = features @ [1.0, 0.5, 0] + random.normal(0, 1, n)
    after = before + 2 * listed + features @ [0.2, -0.4, 0.1] + random.normal(0, 1, n)
    weights = np.where(listed, 1, random.uniform(0.2, 2, n))
    found = difference_in_differences(before, after, listed, weights, features)

    def at_the_mean(side: np.ndarray) -> float:
        known = np.column_stack([np.ones(n), features])[side]
        root = np.sqrt(weights[side])
        fit = np.linalg.lstsq(known * root[:, None], (after - before)[side] * root, rcond=None)[0]
        return float(fit @ np.r_[1, features[listed].mean(axis=0)])

    assert found.effect == pytest.approx(at_the_mean(listed) - at_the_mean(~listed))
    assert found.low < 2 < found.high


def test_what_is_one_value_tells_nothing_and_too_few_are_not_compared() -> None:
    before, after = np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 3, 5])
    listed = np.array([True, True, False, False])
    same = difference_in_differences(before, after, listed, np.ones(4), np.ones((4, 2)))
    assert same.effect == pytest.approx(
        difference_in_differences(before, after, listed, np.ones(4), np.zeros((4, 0)))[4]
    )
    assert np.isnan(difference_in_differences(before, after, listed, np.array([1.0, 0, 1, 1]), np.ones((4, 0)))[4])


def test_others_are_spread_as_the_list_is() -> None:
    # Two classes: three listed and one other in the first, one listed and four others in the second, one beyond.
    features = np.array([[1.0], [1], [1], [1], [9], [9], [9], [9], [9], [99]])
    listed = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0], bool)
    found = match(features, listed)
    assert found.share == 1
    assert found.weights.tolist() == [1, 1, 1, 3, 1, 0.25, 0.25, 0.25, 0.25, 0]
    assert effective(found.weights[~listed]) == pytest.approx(16 / 9.25)
    assert standardised_differences(features, listed, found.weights).tolist() == [0]
    assert standardised_differences(features, listed, np.ones(10))[0] < -1


def test_who_has_nobody_alike_is_not_compared() -> None:
    features = np.array([[1.0, np.nan], [1, 5], [1, np.nan], [2, 5]])
    listed = np.array([True, True, False, False])
    assert match(features, listed).weights.tolist() == [1, 0, 1, 0]
    assert match(features, np.ones(4, bool)).weights.sum() == 0
    assert match(features, np.zeros(4, bool)).share == 0


@given(st.integers(0, 10_000), st.floats(0.05, 0.9), st.integers(1, 4))
def test_weights_of_the_others_sum_to_the_listed_who_are_compared(seed: int, share: float, columns: int) -> None:
    random = np.random.default_rng(seed)
    features = random.poisson(2, (120, columns)).astype(float)
    listed = random.random(120) < share
    found = match(features, listed)
    assert found.weights[~listed].sum() == pytest.approx(found.weights[listed].sum())
    assert (found.weights >= 0).all() and set(found.weights[listed]) <= {0.0, 1.0}
    shuffled = random.permutation(120)
    assert match(features[shuffled], listed[shuffled]).weights.tolist() == found.weights[shuffled].tolist()
