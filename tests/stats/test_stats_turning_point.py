"""The turning point: found where it is, absent where there is none."""

import numpy as np
import pytest

from loyalty_metrics.stats.turning_point import turning_point


def test_a_step_is_found_with_both_levels() -> None:
    found = turning_point([20] * 7 + [40] * 5, [100] * 12)
    assert found is not None
    assert (found.at, found.before, found.after) == (7, 0.2, 0.4)
    assert found.p <= 0.01


def test_the_split_is_the_one_with_the_largest_likelihood() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(30, 90, 15)
    x = rng.binomial(n, 0.3)

    def likelihood(hits: int, size: int) -> float:
        p = hits / size
        return sum(k * np.log(q) for k, q in ((hits, p), (size - hits, 1 - p)) if k)

    gain = {at: likelihood(x[:at].sum(), n[:at].sum()) + likelihood(x[at:].sum(), n[at:].sum()) for at in range(2, 14)}
    assert turning_point(x, n).at == max(gain, key=gain.get)


def test_without_a_change_it_is_called_real_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(100, 500, 30)
    p = [turning_point(rng.binomial(n, 0.25), n).p for _round in range(400)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.03)


def test_groups_that_differ_for_themselves_are_no_change_for_good() -> None:
    rng = np.random.default_rng(8)
    n = np.full(24, 2000)
    p = [turning_point(rng.binomial(n, rng.beta(9, 21, 24)), n).p for _round in range(300)]
    assert np.mean(np.array(p) <= 0.05) < 0.09


def test_too_little_to_tell() -> None:
    assert turning_point([1, 2, 3], [9, 9, 9]) is None
    assert turning_point([0] * 9, [9] * 9) is None
    assert turning_point([9] * 9, [9] * 9) is None
    seven = turning_point([1, 1, 1, 9, 9, 9, 9], [10] * 7)
    assert seven is not None and seven.p > 0.02
