"""Scores that treat equal customers equally."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.quantiles import scores_of_counts, tie_stable_scores

samples = st.lists(st.integers(-20, 20), min_size=1, max_size=60)
some_bins = st.integers(1, 12)


@given(samples, some_bins)
def test_the_rule_word_for_word(sample: list[int], bins: int) -> None:
    def score(own: int) -> int:
        worse, equal = sum(each < own for each in sample), sample.count(own)
        return 1 + floor(bins * (worse + Fraction(equal, 2)) / len(sample))

    assert tie_stable_scores(sample, bins).tolist() == [score(own) for own in sample]


@given(samples, some_bins, st.randoms())
def test_the_order_of_customers_does_not_matter(sample: list[int], bins: int, random: object) -> None:
    order = list(range(len(sample)))
    random.shuffle(order)  # type: ignore[attr-defined]
    scores = tie_stable_scores(sample, bins)
    assert tie_stable_scores([sample[each] for each in order], bins).tolist() == scores[order].tolist()


@given(samples, some_bins)
def test_a_better_customer_never_scores_lower_and_all_stay_in_range(sample: list[int], bins: int) -> None:
    scores = tie_stable_scores(sorted(sample), bins)
    assert (np.diff(scores) >= 0).all() and scores.min() >= 1 and scores.max() <= bins


@given(samples)
def test_only_the_order_of_values_counts(sample: list[int]) -> None:
    assert (tie_stable_scores(sample) == tie_stable_scores([each**3 + 7 for each in sample])).all()


@pytest.mark.parametrize("customers", [1, 2, 10, 1_001])
def test_identical_customers_get_identical_scores(customers: int) -> None:
    assert tie_stable_scores(["3.50"] * customers).tolist() == [3] * customers


def test_without_ties_they_are_quintiles() -> None:
    assert np.bincount(tie_stable_scores(np.random.default_rng(1).permutation(1_000)))[1:].tolist() == [200] * 5
    assert tie_stable_scores([10, 20, 30, 40, 50]).tolist() == [1, 2, 3, 4, 5]


def test_a_big_group_of_ties_may_leave_scores_empty() -> None:
    assert tie_stable_scores([1] * 6 + [2, 3, 4, 5]).tolist() == [2] * 6 + [4, 4, 5, 5]


def test_money_as_decimal_is_compared_exactly() -> None:
    assert tie_stable_scores([Decimal("0.10"), Decimal("0.1"), Decimal("0.3")], 3).tolist() == [2, 2, 3]


def test_nobody_to_score() -> None:
    assert tie_stable_scores([]).tolist() == []


@pytest.mark.parametrize("unknown", [[1.0, np.nan], [Decimal(1), None], [[1, 2]]])
def test_unknown_values_are_refused(unknown: list[object]) -> None:
    with pytest.raises(ValueError, match="values must be"):
        tie_stable_scores(unknown)  # type: ignore[arg-type]


def test_scores_of_a_histogram() -> None:
    assert scores_of_counts([6, 0, 1, 1, 1, 1]).tolist() == [2, 4, 4, 4, 5, 5]
    assert scores_of_counts([10**12, 10**12], 1_000).tolist() == [251, 751]
    with pytest.raises(ValueError, match="bins"):
        scores_of_counts([1], 0)
    with pytest.raises(ValueError, match="counts"):
        scores_of_counts([-1])
