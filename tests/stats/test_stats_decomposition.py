"""Mix and rate add up to the change, exactly; unevenness tells groups that changed otherwise than the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.decomposition import mix_and_rate, unevenness


def test_mix_alone_rate_alone_and_both_by_hand() -> None:
    mix, rate = mix_and_rate([50, 10], [100, 100], [75, 5], [150, 50])
    assert mix.sum() == pytest.approx(0.1) and rate.sum() == pytest.approx(0)
    mix, rate = mix_and_rate([50, 10], [100, 100], [60, 10], [100, 100])
    assert mix.sum() == pytest.approx(0) and rate.tolist() == pytest.approx([0.05, 0])
    mix, rate = mix_and_rate([50, 10], [100, 100], [90, 5], [150, 50])
    # Shares 1/2 -> 3/4 and 1/2 -> 1/4; rates .5 -> .6 and .1 -> .1; all 0.3 -> 0.475.
    assert mix.tolist() == pytest.approx([0.25 * (0.55 - 0.3875), -0.25 * (0.1 - 0.3875)])
    assert rate.tolist() == pytest.approx([0.625 * 0.1, 0])


groups = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).flatmap(
        lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
    ),
    min_size=1,
    max_size=9,
)


@given(groups)
def test_they_add_up_to_the_change_exactly(rows: list[tuple[int, int, int, int]]) -> None:
    x0, n0, x1, n1 = np.array(rows, dtype=float).T
    mix, rate = mix_and_rate(x0, n0, x1, n1)
    if n0.sum() == 0 or n1.sum() == 0:
        assert np.isnan(mix).all() and np.isnan(rate).all()
        return
    assert (mix + rate).sum() == pytest.approx(x1.sum() / n1.sum() - x0.sum() / n0.sum(), abs=1e-12)
    one_sided = (n0 == 0) | (n1 == 0)
    assert not rate[one_sided].any()


def test_uneven_changes_are_told_from_chance() -> None:
    size = np.full(5, 1000.0)
    same = unevenness(0.2 * size, size, 0.25 * size, size)
    assert same[0] == 0 and same[1] > 0.9
    one = unevenness(0.2 * size, size, np.array([200.0, 200, 200, 200, 350]), size)
    assert one[1] < 1e-6 and 0.05 < one[0] < 0.08
    assert np.isnan(unevenness([1], [5], [2], [5])).all()


def test_even_changes_are_called_uneven_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(6)
    size = rng.integers(60, 900, 7)
    p = [unevenness(rng.binomial(size, 0.2), size, rng.binomial(size, 0.3), size)[1] for _round in range(2000)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.02)
