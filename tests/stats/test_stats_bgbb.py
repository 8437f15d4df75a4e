"""The BG/BB model of customers who may buy once in each season."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import beta as beta_function

from loyalty_metrics.stats.bgbb import BetaGeometricBetaBinomial
from loyalty_metrics.stats.histories import histories

TRUE = BetaGeometricBetaBinomial.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)


def likelihood(model: BetaGeometricBetaBinomial, x: int, t_x: int, n: int) -> float:
    """As in the paper."""
    alpha, beta, gamma, delta = model.parameters_
    last = [(n, beta_function(gamma, delta + n)), *((j, beta_function(gamma + 1, delta + j)) for j in range(t_x, n))]
    return sum(
        beta_function(alpha + x, beta + j - x) / beta_function(alpha, beta) * ends / beta_function(gamma, delta)
        for j, ends in last
    )


def test_the_likelihood_is_that_of_the_paper_and_adds_up_to_one() -> None:
    total = 0.0
    for x, t_x in [(0, 0), *product(range(1, 7), range(1, 7))]:
        if x <= t_x:
            one = likelihood(TRUE, x, t_x, 6)
            assert TRUE.log_likelihood([x], [t_x], [6]) == pytest.approx(np.log(one), rel=1e-12)
            total += one * (comb(t_x - 1, x - 1) if x else 1)
    assert total == pytest.approx(1)


def test_a_fit_finds_the_parameters_customers_were_made_with() -> None:
    x, t_x, T, later = TRUE.simulate(np.resize([6, 9, 12], 60_000), seed=1, ahead=4)
    model = BetaGeometricBetaBinomial().fit(x, t_x, T)
    low, high = model.parameter_intervals(0.999)
    assert ((low < TRUE.parameters_) & (TRUE.parameters_ < high)).all()
    expected = TRUE.expected_purchases(4, x, t_x, T)
    assert expected.mean() == pytest.approx(later.mean(), abs=4 * np.std(later - expected) / np.sqrt(len(x)))
    assert TRUE.expected_of_new(T).mean() == pytest.approx(x.mean(), abs=4 * x.std() / np.sqrt(len(x)))
    found = model.goodness_of_fit(x, t_x, T)
    assert found.actual.sum() == pytest.approx(found.expected.sum())
    assert found.p_value > 0.001


def test_intervals_hold_the_truth() -> None:
    hits = []
    for seed in range(40):
        model = BetaGeometricBetaBinomial().fit(*TRUE.simulate(np.full(2_000, 8), seed)[:3])
        low, high = model.interval(lambda fitted: fitted.expected_purchases(5, [0, 3], [0, 6], 8))
        exact = TRUE.expected_purchases(5, [0, 3], [0, 6], 8)
        hits.append((low <= exact) & (exact <= high))
    assert 0.85 <= np.mean(hits) <= 1


def test_chances_add_up_to_one_and_to_the_expectation() -> None:
    k = np.arange(9)
    for chances, mean in (
        (TRUE.purchase_probability(k, 8, 3, 4, 6), TRUE.expected_purchases(8, 3, 4, 6)),
        (TRUE.probability_of_new(k, 8), TRUE.expected_of_new(8)),
    ):
        assert chances.sum() == pytest.approx(1, rel=1e-12)
        assert chances @ k == pytest.approx(mean, rel=1e-12)
    assert TRUE.purchase_probability(9, 8, 3, 4, 6) == 0


positive = st.floats(-2.5, 2.5).map(lambda power: 10.0**power)


@st.composite
def a_history(draw: st.DrawFn) -> tuple[int, int, int]:
    n = draw(st.one_of(st.integers(1, 30), st.integers(1, 2_000)))
    t_x = draw(st.integers(0, n))
    return (draw(st.integers(1, t_x)), t_x, n) if t_x else (0, 0, n)


@settings(max_examples=60)
@given(positive, positive, positive, positive, st.lists(a_history(), min_size=1, max_size=4))
def test_likelihood_gradient_and_chances(
    alpha: float, beta: float, gamma: float, delta: float, rows: list[tuple[int, int, int]]
) -> None:
    model = BetaGeometricBetaBinomial.of(alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    log_likelihood, logs = model._likelihood(histories(*np.array(rows).T)), np.log(model.parameters_)
    value, slope = log_likelihood(logs)
    assert np.isfinite(value)
    for index, move in enumerate(1e-4 * np.eye(4)):
        difference = (log_likelihood(logs + move)[0] - log_likelihood(logs - move)[0]) / 2e-4
        assert slope[index] == pytest.approx(difference, rel=1e-4, abs=1e-6 * max(1, abs(value)))
    x, t_x, n = rows[0]
    alive = model.probability_alive(x, t_x, n)
    assert 0 <= alive <= 1
    if t_x < n and x:
        assert model.probability_alive(x, t_x + 1, n) >= alive - 1e-12
    assert 0 <= model.expected_purchases(3, x, t_x, n) <= 3


@pytest.mark.parametrize(
    ("x", "t_x", "T", "message"),
    [([3], [2], [6], "x at most t_x, but row 0"), ([1], [1.5], [6], "whole seasons"), ([1], [7], [6], "after T")],
)
def test_impossible_histories_are_refused(x: list[float], t_x: list[float], T: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BetaGeometricBetaBinomial().fit(x, t_x, T)
    with pytest.raises(ValueError, match=message):
        TRUE.probability_alive(x, t_x, T)


def test_seasons_ahead_are_whole_and_no_fit_says_why() -> None:
    with pytest.raises(ValueError, match="must be whole"):
        TRUE.expected_purchases(1.5, 1, 1, 2)
    model = BetaGeometricBetaBinomial().fit([5] * 40, [5] * 40, [5] * 40)
    assert not model.converged_ and "Nobody seems to leave" in model.reason_
    assert np.isnan(model.probability_alive(1, 2, 3)) and np.isnan(model.expected_purchases(2, 1, 2, 3))
