"""Models of repeat buying in continuous time: what must hold whatever the customers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.btyd import RepeatBuying, judged
from loyalty_metrics.stats.histories import every, histories
from loyalty_metrics.stats.likelihood import Bent
from loyalty_metrics.stats.nbd import NegativeBinomial
from loyalty_metrics.stats.pareto_nbd import ParetoNBD

TRUE: list[RepeatBuying] = [
    BetaGeometricNBD.of(r=0.8, alpha=5, a=0.9, b=3),
    ModifiedBetaGeometricNBD.of(r=0.8, alpha=5, a=0.9, b=3),
    ParetoNBD.of(r=0.8, alpha=5, s=0.7, beta=9),
    NegativeBinomial.of(r=0.8, alpha=5),
]
each_model = pytest.mark.parametrize("true", TRUE, ids=lambda model: type(model).__name__)


def customers(true: RepeatBuying, count: int, seed: int, ahead: float = 0.0) -> tuple[np.ndarray, ...]:
    return tuple(true.simulate(np.linspace(10, 60, count), seed, ahead))


@st.composite
def models(draw: st.DrawFn) -> RepeatBuying:
    """Any model with any parameters that could be met."""
    positive = st.floats(-2.5, 2.5).map(lambda power: 10.0**power)
    kind = draw(st.sampled_from([BetaGeometricNBD, ModifiedBetaGeometricNBD, ParetoNBD, NegativeBinomial]))
    return kind.of(**{name: draw(positive) for name in kind.names})


@st.composite
def a_history(draw: st.DrawFn) -> tuple[float, float, float]:
    """Any history up to 10,000 purchases in a time up to 10,000."""
    T = draw(st.floats(1e-2, 1e4))
    x = draw(st.one_of(st.just(0), st.integers(1, 30), st.integers(1, 10_000)))
    return (float(x), T * draw(st.floats(1e-6, 1)) if x else 0.0, T)


@each_model
def test_a_fit_finds_the_parameters_customers_were_made_with(true: RepeatBuying) -> None:
    model = type(true)().fit(*customers(true, 30_000, 1)[:3])
    assert model.converged_ and model.reason_ == ""
    low, high = model.parameter_intervals(0.999)
    assert ((low < true.parameters_) & (true.parameters_ < high)).all()
    assert model.parameters_ == pytest.approx(true.parameters_, rel=0.25)
    assert model.log_likelihood_ >= true.log_likelihood(*customers(true, 30_000, 1)[:3])


@each_model
def test_the_model_expects_what_simulated_customers_do(true: RepeatBuying) -> None:
    x, t_x, T, later = customers(true, 200_000, 2, ahead=20.0)
    expected = true.expected_purchases(20.0, x, t_x, T)
    error = np.std(later - expected) / np.sqrt(len(x))
    assert expected.mean() == pytest.approx(later.mean(), abs=4 * error)
    assert true.expected_of_new(T).mean() == pytest.approx(x.mean(), abs=4 * x.std() / np.sqrt(len(x)))
    for number in (0, 1, 2, 3):
        some = x == number
        margin = 4 * later[some].std() / np.sqrt(some.sum())
        assert expected[some].mean() == pytest.approx(later[some].mean(), abs=margin)
        # Half of those said to be alive with 0.5 are: who buys later was alive.
        chance = true.purchase_probability(0, 20.0, x[some], t_x[some], T[some])
        assert chance.mean() == pytest.approx((later[some] == 0).mean(), abs=2.5 / np.sqrt(some.sum()))


@each_model
def test_grouped_rows_fit_as_the_customers_themselves(true: RepeatBuying) -> None:
    x, t_x, T, _ = customers(true, 3_000, 3)
    t_x, T = np.ceil(t_x), np.ceil(T)
    order = np.random.default_rng(0).permutation(len(x))
    rows = histories(x[order], t_x[order], T[order])
    assert rows.n.sum() == 3_000 and len(rows.x) < 2_500
    alone, grouped = type(true)().fit(x, t_x, T), type(true)().fit(*rows)
    assert grouped.parameters_ == pytest.approx(alone.parameters_, rel=1e-6)
    assert grouped.log_likelihood_ == pytest.approx(alone.log_likelihood_, rel=1e-12)
    doubled = type(true)().fit(x, t_x, T, np.full(3_000, 2))
    assert doubled.parameters_ == pytest.approx(alone.parameters_, rel=1e-5)
    assert doubled.standard_errors_ == pytest.approx(alone.standard_errors_ / np.sqrt(2), rel=1e-3)


@each_model
def test_the_unit_of_time_does_not_matter(true: RepeatBuying) -> None:
    x, t_x, T, _ = customers(true, 2_000, 4)
    weeks, days = type(true)().fit(x, t_x, T), type(true)().fit(x, 7 * t_x, 7 * T)
    in_time = np.where(true._in_time, 7, 1)
    assert days.parameters_ == pytest.approx(weeks.parameters_ * in_time, rel=1e-5)
    assert days.log_likelihood_ == pytest.approx(weeks.log_likelihood_ - x.sum() * np.log(7), rel=1e-12)
    assert days.probability_alive(3, 70, 140) == pytest.approx(weeks.probability_alive(3, 10, 20), rel=1e-5)


@each_model
def test_many_customers_are_fitted_from_a_draft_to_the_same_maximum(true: RepeatBuying) -> None:
    x, t_x, T, _ = customers(true, 12_000, 5)
    model, undrafted = type(true)().fit(x, t_x, T), type(true)()
    undrafted._sample = 10**9  # type: ignore[misc]
    undrafted.fit(x, t_x, T)
    assert model.log_likelihood_ == pytest.approx(undrafted.log_likelihood_, abs=1e-6)
    assert model.parameters_ == pytest.approx(undrafted.parameters_, rel=1e-4)


@each_model
def test_intervals_of_expectations_hold_the_truth(true: RepeatBuying) -> None:
    """25 samples, some 95 % of them: benchmarks/clv_coverage.py counts 500."""
    hits = []
    for seed in range(25):
        model = type(true)().fit(*customers(true, 800, 100 + seed)[:3])
        low, high = model.interval(lambda fitted: fitted.expected_purchases(30, [0, 4], [0, 20.0], 30.0))
        exact = true.expected_purchases(30, [0, 4], [0, 20.0], 30.0)
        hits.append((low <= exact) & (exact <= high))
    assert 0.85 <= np.mean(hits) <= 1
    again = model.interval(lambda fitted: fitted.expected_purchases(30, [0, 4], [0, 20.0], 30.0))
    assert (again[0] == low).all() and (again[1] == high).all()


@given(models(), a_history())
def test_probability_alive_is_one_and_falls_with_the_time_since(
    model: RepeatBuying, history: tuple[float, float, float]
) -> None:
    x, t_x, T = history
    alive = float(model.probability_alive(x, t_x, T))
    assert 0 <= alive <= 1
    if x:
        ladder = model.probability_alive(x, np.array([0.01, 0.3, 0.6, 0.9, 1.0]) * T, T)
        assert (np.diff(ladder) >= -1e-12).all()
        assert model.probability_alive(x, t_x, 2 * T) <= alive + 1e-12


@given(models(), a_history(), st.floats(1e-3, 1e4))
def test_every_figure_is_finite_over_the_whole_range(
    model: RepeatBuying, history: tuple[float, float, float], t: float
) -> None:
    value, slope = model._likelihood(histories(*([each] for each in history)))(np.log(model.parameters_))
    assert np.isfinite(value) and np.isfinite(slope).all()
    expected = float(model.expected_purchases(t, *history))
    assert 0 <= expected < np.inf
    # Nobody is expected to buy more than at his own rate for as long as it lasts.
    rate = (model.parameters_[0] + history[0]) / (model.parameters_[1] + history[2])
    assert expected <= rate * t * (1 + 1e-9)
    assert float(model.expected_purchases(2 * t, *history)) >= expected * (1 - 1e-9)
    chances = model.purchase_probability(np.arange(5), t, *history)
    assert ((chances >= 0) & (chances <= 1 + 1e-9)).all() and chances.sum() <= 1 + 1e-7


@settings(max_examples=60)
@given(models(), st.lists(a_history(), min_size=1, max_size=5))
def test_the_gradient_equals_differences(model: RepeatBuying, rows: list[tuple[float, float, float]]) -> None:
    log_likelihood = model._likelihood(histories(*np.array(rows).T))
    logs = np.log(model.parameters_)
    slope = log_likelihood(logs)[1]
    scale = max(1.0, abs(log_likelihood(logs)[0]))
    for index, move in enumerate(1e-4 * np.eye(len(logs))):
        difference = (log_likelihood(logs + move)[0] - log_likelihood(logs - move)[0]) / 2e-4
        assert slope[index] == pytest.approx(difference, rel=1e-4, abs=1e-6 * scale)


@settings(max_examples=60)
@given(models(), st.lists(a_history(), min_size=1, max_size=5))
def test_the_second_derivatives_equal_differences_of_the_gradient(
    model: RepeatBuying, rows: list[tuple[float, float, float]]
) -> None:
    log_likelihood = model._likelihood(histories(*np.array(rows).T))
    assume(isinstance(log_likelihood, Bent))
    logs = np.log(model.parameters_)
    bends = log_likelihood.second_derivatives(logs)  # type: ignore[attr-defined]
    assert (bends == bends.T).all()
    scale = max(1.0, float(np.abs(bends).max()), abs(log_likelihood(logs)[0]))
    for index, move in enumerate(1e-4 * np.eye(len(logs))):
        difference = (log_likelihood(logs + move)[1] - log_likelihood(logs - move)[1]) / 2e-4
        assert bends[index] == pytest.approx(difference, rel=1e-4, abs=1e-6 * scale)


@settings(max_examples=60)
@given(models(), st.lists(a_history(), min_size=1, max_size=5), st.floats(1e-2, 1e3), st.integers(0, 9))
def test_intervals_of_many_customers_are_those_of_each(
    model: RepeatBuying, rows: list[tuple[float, float, float]], t: float, seed: int
) -> None:
    root = np.random.default_rng(seed).normal(0, 0.1, (len(model.names),) * 2)
    model._set(model.parameters_, 0.0, root @ root.T)
    x, t_x, T = np.array(rows + rows[:1]).T
    each = model.interval(lambda moved: moved.expected_purchases(t, x, t_x, T))
    for end, expected in zip(model.purchases_interval(t, x, t_x, T), each, strict=True):
        assert end == pytest.approx(expected, rel=1e-5, abs=1e-300)


@pytest.mark.parametrize("true", TRUE[:2], ids=["BG/NBD", "MBG/NBD"])
def test_nobody_who_cannot_come_has_a_range(true: RepeatBuying) -> None:
    model = type(true)().fit(*customers(true, 2_000, 9)[:3])
    x, t_x, T = np.array([0.0, 3.0]), np.array([0.0, 2.0]), np.array([5.0, 1e6])
    assert [end.tolist() for end in model.purchases_interval(0.0, x, t_x, T)] == [[0, 0], [0, 0]]
    low, high = model.purchases_interval(30.0, x, t_x, T)
    assert 0 < low[0] < high[0] and 0 <= low[1] <= high[1] < 1e-3


@settings(max_examples=40)
@given(models(), st.floats(0.1, 50))
def test_the_chances_of_all_numbers_of_purchases_add_up(model: RepeatBuying, t: float) -> None:
    """On average they give the expected purchases."""
    mean = float(model.expected_of_new(t))
    k = np.arange(int(50 + 60 * mean))
    chances = model.probability_of_new(k, t)
    assert chances.sum() <= 1 + 1e-8
    if chances[-1] < 1e-12:
        assert chances.sum() == pytest.approx(1, abs=1e-6)
        assert chances @ k == pytest.approx(mean, rel=1e-4, abs=1e-8)


@each_model
def test_chances_of_a_known_customer_add_up_to_the_expectation(true: RepeatBuying) -> None:
    k = np.arange(400)
    chances = true.purchase_probability(k, 25.0, 6, 20.0, 24.0)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ k == pytest.approx(true.expected_purchases(25.0, 6, 20.0, 24.0), rel=1e-7)
    assert chances[0] > 1 - true.probability_alive(6, 20.0, 24.0)


@each_model
def test_goodness_of_fit_counts_every_customer_once(true: RepeatBuying) -> None:
    x, t_x, T, _ = customers(true, 20_000, 6)
    found = type(true)().fit(x, t_x, T).goodness_of_fit(x, t_x, T)
    assert found.actual.sum() == 20_000 and found.expected.sum() == pytest.approx(20_000)
    assert found.actual[:7] == pytest.approx(np.bincount(x.astype(int))[:7])
    assert found.degrees == 7 - len(true.names) and found.p_value > 0.001
    other = BetaGeometricNBD.of(r=3, alpha=20, a=0.2, b=3).goodness_of_fit(x, t_x, T)
    assert other.p_value < 1e-6


def test_cells_with_few_expected_are_joined() -> None:
    found = judged(np.array([50.0, 30, 3, 1, 0]), np.array([48.0, 30, 4, 1.5, 0.5]), 1)
    assert found.chi_square == pytest.approx(4 / 48 + 4 / 6)
    assert found.degrees == 1
    assert np.isnan(judged(np.array([3.0, 0]), np.array([2.0, 1]), 1).p_value)


@each_model
def test_simulated_customers_are_possible_and_repeat_with_the_seed(true: RepeatBuying) -> None:
    first, again, other = customers(true, 500, 7), customers(true, 500, 7), customers(true, 500, 8)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first[0] != other[0]).any()
    assert histories(*first[:3]).n.sum() == 500


@pytest.mark.parametrize("kind", [BetaGeometricNBD, ModifiedBetaGeometricNBD, ParetoNBD])
@pytest.mark.parametrize(
    ("x", "t_x", "T", "reason"),
    [
        ([], [], [], "bought a second time"),
        ([0, 0], [0, 0], [5, 9], "bought a second time"),
        ([3] * 50, [7] * 50, [10] * 50, "do not differ"),
    ],
)
def test_no_fit_says_why_and_tells_nothing(
    kind: type[RepeatBuying], x: list[float], t_x: list[float], T: list[float], reason: str
) -> None:
    model = kind().fit(x, t_x, T)
    assert not model.converged_ and reason in model.reason_ and model.reason_.endswith(".")
    assert reason in repr(model)
    assert np.isnan(model.parameters_).all() and np.isnan(model.log_likelihood_)
    assert np.isnan(model.probability_alive(2, 3, 4)) and np.isnan(model.expected_purchases([1, 2], 2, 3, 4)).all()
    assert np.isnan(model.purchase_probability(1, 2, 2, 3, 4)) and np.isnan(model.expected_of_new(3))
    assert np.isnan(model.interval(lambda fitted: fitted.expected_of_new([3, 4]))).all()
    with pytest.raises(RuntimeError, match="did not converge"):
        model.simulate([3.0], seed=1)


def test_equal_customers_without_a_second_life_are_told_apart_from_those_who_differ() -> None:
    rng = np.random.default_rng(0)
    x = rng.poisson(0.5 * np.full(2_000, 10)).astype(float)
    t_x = np.where(x > 0, 10 * rng.beta(np.maximum(x, 1), 1), 0)
    assert "rates do not differ" in BetaGeometricNBD().fit(x, t_x, np.full(2_000, 10)).reason_


def test_a_model_that_was_not_fitted_says_so() -> None:
    for ask in (
        lambda: BetaGeometricNBD().probability_alive(1, 2, 3),
        lambda: ParetoNBD().expected_of_new(3),
        lambda: ParetoNBD().parameter_intervals(),
    ):
        with pytest.raises(RuntimeError, match="Call fit first"):
            ask()
    assert repr(ParetoNBD()) == "ParetoNBD()"
    assert repr(TRUE[2]) == "ParetoNBD(r=0.8, alpha=5, s=0.7, beta=9)"


@pytest.mark.parametrize(
    ("x", "t_x", "T", "message"),
    [
        ([1, 2], [5, 41], [40, 40], r"after T, but row 1 has x = 2, t_x = 41, T = 40"),
        ([0], [3], [9], r"x = 0.*must have t_x = 0, but row 0"),
        ([2], [0], [9], r"must have t_x above 0"),
        ([-1], [0], [9], r"must not be negative"),
        ([1], [2], [-3], r"must not be negative"),
        ([1.5], [2], [9], r"must be whole"),
        ([1], [np.nan], [9], r"known and finite"),
        ([1, 1], [2], [9], r"equal length"),
    ],
)
def test_impossible_histories_are_refused(x: list[float], t_x: list[float], T: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ParetoNBD().fit(x, t_x, T)


def test_other_impossible_arguments_are_refused() -> None:
    model = TRUE[0]
    for ask, message in (
        (lambda: model.expected_purchases(-1, 1, 2, 3), "time ahead"),
        (lambda: model.purchase_probability(0.5, 1, 1, 2, 3), "whole"),
        (lambda: model.interval(lambda fitted: fitted.expected_of_new(3), confidence=1), "confidence"),
        (lambda: BetaGeometricNBD.of(r=1, alpha=2, a=0, b=3), "above 0"),
        (lambda: BetaGeometricNBD.of(r=1, alpha=2, a=1), "needs r, alpha, a, b"),
        (lambda: BetaGeometricNBD().fit([1], [2], [3], [-1]), "n counts customers"),
    ):
        with pytest.raises(ValueError, match=message):
            ask()


def test_grouping_does_not_depend_on_how_rows_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    x, t_x, T, _ = customers(TRUE[0], 3_000, 10)
    t_x, T = np.ceil(t_x), np.ceil(T)
    quick, weighed = histories(x, t_x, T), histories(x, t_x, T, np.ones(3_000))
    monkeypatch.setattr("loyalty_metrics.stats.histories._MOST_CODES", 0)
    slow, by_hand = histories(x, t_x, T), np.unique(np.stack([x, t_x, T]), axis=1, return_counts=True)
    for found in (quick, weighed, slow):
        assert (np.stack(found[:3]) == by_hand[0]).all() and (found.n == by_hand[1]).all()
    assert len(histories([], [], []).x) == len(histories([1], [2], [3], [0]).x) == 0


def test_every_nth_customer_keeps_the_shares() -> None:
    rows = histories(np.repeat([0, 1], [900, 100]), np.repeat([0, 2], [900, 100]), np.full(1_000, 5))
    sample = every(rows, 10)
    assert sample.n.tolist() == [90, 10] and sample.x.tolist() == [0, 1]


def test_a_customer_of_today_and_a_share_that_is_certain() -> None:
    model = type(TRUE[0])().fit(*customers(TRUE[0], 2_000, 9)[:3])
    assert model.expected_purchases(5, 0, 0, 0) == pytest.approx(model.expected_of_new(5))
    for true in TRUE:
        assert true.probability_of_new(np.arange(3), 0.0).tolist() == [1, 0, 0]
        assert true.probability_alive(0, 0, 0) <= 1 and true.expected_purchases(0, 3, 4, 5) == 0
    low, high = model.interval(lambda fitted: fitted.probability_alive([0, 2], [0, 3], [9, 9]), share=True)
    assert (low[0], high[0]) == (1, 1)
    assert 0 < low[1] < model.probability_alive(2, 3, 9) < high[1] < 1
    assert np.array(model.interval(lambda fitted: fitted.expected_of_new(0.0))) == pytest.approx(0)
    # Of a model whose parameters are given nobody knows how sure they are; what cannot happen is certain all the same.
    assert [float(end) for end in TRUE[0].interval(lambda fitted: fitted.expected_of_new(0.0))] == [0, 0]
