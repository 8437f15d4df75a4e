"""Several proportions: Pearson's test as SciPy has it, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from loyalty_metrics.stats.homogeneity import chance_if_alike

groups = st.lists(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=6)


@given(groups)
def test_equals_scipys_test_without_correction(found: list[tuple[int, int]]) -> None:
    known = [(hits, trials) for hits, trials in found if trials]
    hits, trials = (np.array([one[i] for one in known]) for i in (0, 1))
    got = chance_if_alike([one[0] for one in found], [one[1] for one in found])
    if len(known) < 2 or hits.sum() in (0, trials.sum()):
        assert np.isnan(got)
        return
    wanted = chi2_contingency(np.array([hits, trials - hits]), correction=False).pvalue
    assert got == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_more_hits_than_trials_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and trials"):
        chance_if_alike([3], [2])
