"""Intervals: the share, the ratio of two sums, the median."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.intervals import median_from_counts, ratio_of_means, wilson


def sums(y: np.ndarray, x: np.ndarray) -> tuple[float, ...]:
    """The sums over customers that ratio_of_means asks for; customers along the last axis."""
    return tuple(each.sum(axis=-1) for each in (np.ones_like(x), y, x, y * y, x * y, x * x))


def test_wilson_equals_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    low, high = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert low == pytest.approx([0.2553, 0.0624, 0.0000, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.01, 0.999))
def test_wilson_stays_inside_and_holds_the_share(cell: tuple[int, int], confidence: float) -> None:
    low, high = wilson(*cell, confidence)
    assert 0 <= low <= cell[0] / cell[1] <= high <= 1


def test_wilson_narrows_with_trials_and_widens_with_confidence() -> None:
    low, high = wilson([5, 50, 500], [10, 100, 1000])
    assert (np.diff(high - low) < 0).all()
    wide = wilson(5, 10, 0.99)
    assert wide[0] < low[0] and wide[1] > high[0]


def test_wilson_is_nan_where_nothing_was_observed() -> None:
    low, high = wilson([0, np.nan, 3, 3], [0, 10, np.nan, 10])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, True, False]


def test_wilson_broadcasts() -> None:
    low, _ = wilson(np.arange(6).reshape(2, 3), 10)
    assert low.shape == (2, 3)


@pytest.mark.parametrize(("hits", "n", "confidence"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 95), (1, 2, 0)])
def test_wilson_refuses_nonsense(hits: int, n: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"successes|confidence"):
        wilson(hits, n, confidence)


def test_wilson_covers() -> None:
    hits = np.random.default_rng(1).binomial(40, 0.15, 20_000)
    low, high = wilson(hits, 40)
    assert ((low <= 0.15) & (high >= 0.15)).mean() == pytest.approx(0.95, abs=0.025)


def test_ratio_is_students_interval_when_each_counts_once() -> None:
    y = np.array([3.0, 5.0, 4.0, 8.0])
    low, high = ratio_of_means(*sums(y, np.ones(4)))
    half = 3.182446 * y.std(ddof=1) / 2
    assert (low, high) == pytest.approx((5 - half, 5 + half))


def test_ratio_has_no_width_when_all_customers_agree() -> None:
    x = np.array([1.0, 2.0, 7.0])
    assert ratio_of_means(*sums(12.5 * x, x)) == pytest.approx((12.5, 12.5))


def test_ratio_is_nan_below_two_customers_or_without_a_denominator() -> None:
    low, high = ratio_of_means([0, 1, 2, 5], [0, 3, 4, 1], [0, 1, 2, 0], [0, 9, 8, 1], [0, 3, 4, 0], [0, 1, 2, 0])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, False, True]


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_ratio_follows_the_unit(y_unit: float, x_unit: float) -> None:
    rng = np.random.default_rng(2)
    x, y = rng.poisson(2, 30) + 1.0, rng.gamma(2, 20, 30)
    low, high = ratio_of_means(*sums(y, x))
    unit = y_unit / x_unit
    assert ratio_of_means(*sums(y * y_unit, x * x_unit)) == pytest.approx((low * unit, high * unit))


def test_ratio_covers() -> None:
    # Orders and spend go together: a plain interval over orders would be too narrow.
    rng = np.random.default_rng(3)
    orders = rng.poisson(1.5, (4_000, 80)) + 1.0
    spend = orders * rng.gamma(4, 10, orders.shape)
    low, high = ratio_of_means(*sums(spend, orders))
    assert ((low <= 40) & (high >= 40)).mean() == pytest.approx(0.95, abs=0.02)


def test_median_of_an_odd_and_an_even_number() -> None:
    assert median_from_counts([1, 2, 9], [1, 1, 1])[0] == 2
    assert median_from_counts([9, 1, 2, 5], [1, 1, 1, 1])[0] == 3.5


def test_median_interval_is_the_textbook_one() -> None:
    # n = 10: 2nd and 9th value, 97.9 %; n = 20: 6th and 15th, 95.9 % (Conover, table A3).
    assert median_from_counts(np.arange(1, 11), np.ones(10)) == (5.5, 2, 9)
    assert median_from_counts(np.arange(1, 21), np.ones(20)) == (10.5, 6, 15)


def test_median_says_when_there_is_too_little() -> None:
    assert np.isnan(median_from_counts([], [])).all()
    assert np.isnan(median_from_counts([7], [0])).all()
    assert median_from_counts([7], [5])[0] == 7 and np.isnan(median_from_counts([7], [5])[1:]).all()
    assert median_from_counts([7], [6]) == (7, 7, 7)


@given(st.lists(st.integers(-50, 50), min_size=6, max_size=60))
def test_median_of_counts_is_the_median_of_the_list(sample: list[int]) -> None:
    median, low, high = median_from_counts(*np.unique(sample, return_counts=True))
    assert median == np.median(sample)
    assert low <= median <= high and {low, high} <= set(sample)


def test_median_covers_at_least_as_promised() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(1_000):
        _, low, high = median_from_counts(*np.unique(rng.exponential(size=31), return_counts=True))
        held += low <= np.log(2) <= high
    assert 0.94 <= held / 1_000 <= 0.99


def test_median_of_very_many_is_quick_and_tight() -> None:
    median, low, high = median_from_counts(np.arange(1_000), np.full(1_000, 10**6))
    assert (median, low, high) == (499.5, 499, 500)


@pytest.mark.parametrize(
    ("values", "counts"), [([1, 2], [1]), ([np.nan], [1]), ([1], [-1]), ([1], [1.5]), ([[1]], [[1]])]
)
def test_a_malformed_histogram_is_refused(values: list[float], counts: list[float]) -> None:
    with pytest.raises(ValueError, match=r"values|counts"):
        median_from_counts(values, counts)
