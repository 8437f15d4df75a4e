"""The Gamma-Gamma model of spend an occasion."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from loyalty_metrics.stats.gamma_gamma import GammaGamma, _likelihood, _log_rising

TRUE = GammaGamma.of(p=6, q=3.7, gamma=15)


def occasions(count: int) -> np.ndarray:
    return np.random.default_rng(0).geometric(0.4, count).astype(float)


def test_the_likelihood_is_the_mixture_it_stands_for() -> None:
    for x, mean in ((1.0, 30.0), (4.0, 12.0), (9.0, 250.0)):

        def density(rate: float, x: float = x, mean: float = mean) -> float:
            own = gamma.pdf(mean, 6 * x, scale=1 / (rate * x))
            return float(own * gamma.pdf(rate, 3.7, scale=1 / 15))

        integral, _ = quad(density, 0, 3, points=[0.1, 0.5], epsrel=1e-10)
        assert TRUE.log_likelihood([x], [mean]) == pytest.approx(np.log(integral), rel=1e-8)


def test_a_fit_finds_the_parameters_customers_were_made_with() -> None:
    x = occasions(40_000)
    model = GammaGamma().fit(x, TRUE.simulate(x, 1))
    low, high = model.parameter_intervals(0.999)
    assert ((low < TRUE.parameters_) & (TRUE.parameters_ < high)).all()
    assert model.expected_of_new() == pytest.approx(6 * 15 / 2.7, rel=0.02)


def test_the_expectation_is_the_mean_of_what_comes_next() -> None:
    rng = np.random.default_rng(3)
    rate = rng.gamma(3.7, 1 / 15, 400_000)
    seen = rng.gamma(6 * 3, 1 / (rate * 3))
    later = 6 / rate
    close = np.abs(seen - 30) < 1
    margin = 4 * later[close].std() / np.sqrt(close.sum())
    assert TRUE.expected_spend(3, 30) == pytest.approx(later[close].mean(), abs=margin)
    assert TRUE.expected_spend([0, 1, 1e6], [0, 30, 30]) == pytest.approx([100 / 3, (15 + 30) * 6 / 8.7, 30], rel=1e-4)


def test_intervals_hold_the_truth() -> None:
    hits, exact = [], TRUE.expected_spend([1, 5], [20, 80])
    for seed in range(60):
        x = occasions(400)
        model = GammaGamma().fit(x, TRUE.simulate(x, seed))
        low, high = model.interval(lambda fitted: fitted.expected_spend([1, 5], [20, 80]))
        hits.append((low <= exact) & (exact <= high))
    assert 0.88 <= np.mean(hits) <= 1


@settings(max_examples=40)
@given(
    st.floats(0.05, 300),
    st.floats(0.05, 300),
    st.floats(1e-3, 1e5),
    st.lists(st.tuples(st.integers(1, 10_000), st.floats(1e-2, 1e6)), min_size=1, max_size=6),
)
def test_the_gradient_equals_differences(p: float, q: float, scale: float, rows: list[tuple[int, float]]) -> None:
    x, mean = np.array(rows).T
    log_likelihood, logs = _likelihood(x, mean, np.ones(len(x))), np.log([p, q, scale])
    value, slope = log_likelihood(logs)
    assert np.isfinite(value)
    size = max(1.0, float((p * x * np.abs(np.log(mean * x))).sum()))
    for index, move in enumerate(1e-4 * np.eye(3)):
        difference = (log_likelihood(logs + move)[0] - log_likelihood(logs - move)[0]) / 2e-4
        assert slope[index] == pytest.approx(difference, rel=1e-4, abs=1e-7 * size)


@settings(max_examples=40)
@given(
    st.floats(0.05, 300),
    st.floats(0.05, 5_000),
    st.floats(1e-3, 1e5),
    st.lists(st.tuples(st.integers(1, 10_000), st.floats(1e-2, 1e6)), min_size=1, max_size=6),
)
def test_the_second_derivatives_equal_differences_of_the_gradient(
    p: float, q: float, scale: float, rows: list[tuple[int, float]]
) -> None:
    x, mean = np.array(rows).T
    likelihood, logs = _likelihood(x, mean, np.ones(len(x))), np.log([p, q, scale])
    bends = likelihood.second_derivatives(logs)
    size = max(1.0, float(np.abs(bends).max()), float((p * x * np.abs(np.log(mean * x))).sum()))
    for index, move in enumerate(1e-4 * np.eye(3)):
        difference = (likelihood(logs + move)[1] - likelihood(logs - move)[1]) / 2e-4
        assert bends[index] == pytest.approx(difference, rel=1e-4, abs=1e-6 * size)


def test_the_width_of_an_interval_is_that_of_its_differences() -> None:
    x = occasions(2_000)
    model = GammaGamma().fit(x, TRUE.simulate(x, 2))
    occasion, spend = np.array([0, 1, 3, 40]), np.array([np.nan, 20.0, 0.01, 900.0])
    low, high = model.interval(lambda moved: moved.expected_spend(occasion, spend))
    assert model.half_width(occasion, spend) == pytest.approx(np.log(high / low) / 2, rel=1e-6)
    unknown = GammaGamma.of(p=2, q=0.9, gamma=3)
    assert np.isnan(unknown.half_width([0, 1], [1.0, 1.0])).all()  # no mean; and nobody knows how sure p, q, gamma are


def test_the_currency_does_not_matter_and_rows_may_be_grouped() -> None:
    x = occasions(2_000)
    mean = np.round(TRUE.simulate(x, 2)) + 1
    euros, cents = GammaGamma().fit(x, mean), GammaGamma().fit(x, 100 * mean)
    assert cents.parameters_ == pytest.approx(euros.parameters_ * [1, 1, 100], rel=1e-5)
    assert cents.log_likelihood_ == pytest.approx(euros.log_likelihood_ - 2_000 * np.log(100), rel=1e-12)
    assert euros.log_likelihood_ == pytest.approx(euros.log_likelihood(x, mean), rel=1e-12)
    (rows, n) = np.unique(np.stack([x, mean]), axis=1, return_counts=True)
    grouped = GammaGamma().fit(*rows, n)
    assert grouped.parameters_ == pytest.approx(euros.parameters_, rel=1e-6)
    thrice = GammaGamma().fit(np.tile(x, 6), np.tile(mean, 6))
    assert thrice.parameters_ == pytest.approx(euros.parameters_, rel=1e-5)


def test_spend_of_nothing_or_less_is_refused_by_row() -> None:
    spend = np.full(20, 5.0)
    spend[[3, 7]] = [0, -2.5]
    with pytest.raises(ValueError, match=r"above 0, which fails in row 3 \(0\), row 7 \(-2.5\)\."):
        GammaGamma().fit(np.ones(20), spend)
    with pytest.raises(ValueError, match=r"row 4 \(nan\) and 15 more"):
        GammaGamma().fit(np.ones(20), np.full(20, np.nan))
    with pytest.raises(ValueError, match=r"1 or more, which fails in row 1 \(0\)"):
        GammaGamma().fit([1, 0], [5, 5])
    with pytest.raises(ValueError, match="above 0"):
        TRUE.expected_spend([2], [0])
    with pytest.raises(ValueError, match="must not be negative"):
        TRUE.expected_spend([-1], [4])
    with pytest.raises(ValueError, match="equal length"):
        GammaGamma().fit([1, 2], [3, 4], [1])


@pytest.mark.parametrize(
    ("x", "mean", "reason"),
    [
        ([], [], "spend the same"),
        ([3], [9], "spend the same"),
        ([1, 2], [9, 9], "spend the same"),
        (occasions(500), np.random.default_rng(1).gamma(6 * occasions(500)) / occasions(500), "does not differ"),
    ],
)
def test_no_fit_says_why(x: np.ndarray, mean: np.ndarray, reason: str) -> None:
    model = GammaGamma().fit(x, mean)
    assert not model.converged_ and reason in model.reason_
    assert np.isnan(model.expected_spend(2, 5)) and np.isnan(model.expected_of_new())
    with pytest.raises(RuntimeError, match="did not converge"):
        model.simulate([1], 1)


def test_an_infinite_mean_is_unknown() -> None:
    assert np.isnan(GammaGamma.of(p=2, q=0.9, gamma=3).expected_of_new())
    assert GammaGamma.of(p=2, q=0.9, gamma=3).expected_spend(1, 6) == pytest.approx(2 * 9 / 1.9)


@pytest.mark.parametrize("q", [0.3, 7.0, 99.9, 100.1, 16_000.0, 3e8])
def test_the_log_of_a_rising_factorial_is_that_of_its_factors(q: float) -> None:
    factors = np.array([math.fsum(math.log(q + i) for i in range(n)) for n in (0, 1, 2, 40, 900)])
    assert _log_rising(q, np.array([0.0, 1, 2, 40, 900])) == pytest.approx(factors, rel=1e-13, abs=1e-12)


def test_gamma_gamma_of_customers_who_hardly_differ_is_found_to_the_last_digit() -> None:
    """q and gamma grow together where spend hardly differs between customers; the likelihood must not drown in them."""
    random = np.random.default_rng(11)
    x = random.integers(1, 12, 200_000).astype(float)
    spend = random.gamma(4 * x) / random.gamma(3000.0, 1 / 3000, len(x)) / (4 * x)
    model = GammaGamma().fit(x, spend)
    assert model.converged_
    best = model.log_likelihood(x, spend)
    for name in model.names:
        for factor in (1 - 1e-5, 1 + 1e-5):
            near = {each: getattr(model, f"{each}_") for each in model.names}
            near[name] *= factor
            assert GammaGamma.of(**near).log_likelihood(x, spend) <= best + 1e-8
