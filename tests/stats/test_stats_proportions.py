"""Two shares: the exact test, its correction, the interval of their difference, and what could have been seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from loyalty_metrics.stats.proportions import benjamini_hochberg, detectable_drop, difference, mid_p


def test_mid_p_of_a_small_table_by_hand() -> None:
    """3 of 4 against 1 of 4: of 70 ways to deal four hits, 16 give three and 1 gives four to the first group."""
    assert mid_p(3, 4, 1, 4) == pytest.approx(2 * (1 / 70 + 16 / 70 / 2))


def test_mid_p_is_fishers_test_without_half_of_what_was_seen() -> None:
    upper = stats.fisher_exact([[12, 88], [30, 870]], alternative="greater").pvalue
    seen = stats.hypergeom(1000, 42, 100).pmf(12)
    assert mid_p(12, 100, 30, 900) == pytest.approx(2 * (upper - seen / 2))


def test_mid_p_comes_near_the_normal_test_where_counts_are_large() -> None:
    pooled = 2982 / 11203
    z = (1691 / 5583 - 1291 / 5620) / np.sqrt(pooled * (1 - pooled) * (1 / 5583 + 1 / 5620))
    assert mid_p(1691, 5583, 1291, 5620) == pytest.approx(2 * stats.norm.sf(z), rel=0.1)


def test_not_observed_is_not_tested_and_nonsense_is_refused() -> None:
    assert np.isnan(mid_p([0, np.nan], [0, 5], [1, 1], [4, 4])).all()
    with pytest.raises(ValueError, match="between 0"):
        mid_p(5, 4, 1, 4)


def test_nobody_or_everybody_is_no_difference() -> None:
    assert mid_p([0, 9], [9, 9], [0, 5], [5, 5]).tolist() == [1, 1]


@given(st.integers(1, 3000), st.integers(1, 3000), st.data())
def test_mid_p_is_twice_the_smaller_tail_and_what_was_seen(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    chance = stats.hypergeom(n + m, a + b, n)
    assert mid_p(a, n, b, m) == pytest.approx(
        min(1, 2 * min(chance.cdf(a - 1), chance.sf(a)) + chance.pmf(a)), rel=1e-9, abs=0
    )


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_mid_p_does_not_care_which_group_is_first_or_what_is_a_hit(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    p = mid_p(a, n, b, m)
    assert 0 < p <= 1
    assert mid_p(b, m, a, n) == pytest.approx(p)
    assert mid_p(n - a, n, m - b, m) == pytest.approx(p)


def test_correction_of_the_published_example() -> None:
    """Benjamini & Hochberg 1995, section 4: fifteen tests, of which at 5 % the first four are called real."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    corrected = benjamini_hochberg(p)
    assert (corrected <= 0.05).sum() == 4
    np.testing.assert_allclose(corrected, stats.false_discovery_control(p))


def test_correction_leaves_out_what_was_not_looked_at_and_keeps_the_shape() -> None:
    p = np.array([[0.01, np.nan], [0.04, 0.5]])
    corrected = benjamini_hochberg(p)
    assert np.isnan(corrected[0, 1])
    np.testing.assert_allclose(corrected[~np.isnan(p)], stats.false_discovery_control([0.01, 0.04, 0.5]))
    assert np.isnan(benjamini_hochberg([np.nan])).all()


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_difference_of_the_published_examples(counts: tuple[int, ...], low: float, high: float) -> None:
    """Newcombe 1998, table II, method 10."""
    np.testing.assert_allclose(difference(*counts), (low, high), atol=6e-5)


def test_a_fall_that_could_be_seen_is_seen_in_four_cases_of_five() -> None:
    fall = float(detectable_drop(0.3, 400, 5000, 0.05))
    assert 0.05 < fall < 0.08
    rng = np.random.default_rng(1)
    hits, against = rng.binomial(400, 0.3 - fall, 4000), rng.binomial(5000, 0.3, 4000)
    found = mid_p(hits, 400, against, 5000) <= 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.03)


def test_a_fall_nobody_could_see_is_unknown() -> None:
    assert np.isnan(detectable_drop([0.02, 0.0, np.nan], 5, 1000, 0.05)).all()
