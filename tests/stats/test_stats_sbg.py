"""The shifted beta-geometric retention curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.stats.sbg import ShiftedBetaGeometric


def simulate(alpha: float, beta: float, customers: int, ages: int, seed: int) -> np.ndarray:
    """Survivors at t = 0..ages of customers who each have their own churn probability."""
    rng = np.random.default_rng(seed)
    left_at = rng.geometric(rng.beta(alpha, beta, customers))
    return np.asarray((left_at > np.arange(ages + 1)[:, None]).sum(axis=1))


def exact(alpha: float, beta: float, customers: float, ages: int) -> np.ndarray:
    """Expected survivors, from the product of retention rates."""
    t = np.arange(1, ages + 1)
    return customers * np.cumprod(np.append(1, (beta + t - 1) / (alpha + beta + t - 1)))


@pytest.mark.parametrize(("alpha", "beta"), [(0.3, 0.2), (1, 1), (0.7, 3.8), (5, 50), (0.05, 5)])
def test_both_fits_find_the_parameters_of_an_exact_curve(alpha: float, beta: float) -> None:
    survivors = exact(alpha, beta, 10_000, 8)
    for model in (
        ShiftedBetaGeometric().fit(survivors),
        ShiftedBetaGeometric().fit_shares([10_000] * 8, survivors[1:]),
    ):
        assert model.converged_ and model.reason_ == ""
        assert (model.alpha_, model.beta_) == pytest.approx((alpha, beta), rel=1e-3)
        assert 10_000 * model.survival(np.arange(9)) == pytest.approx(survivors, rel=1e-5)


def test_standard_errors_match_the_spread_of_repeated_samples() -> None:
    for shares in (False, True):
        fits = []
        for seed in range(60):
            survivors = simulate(1.0, 3.0, 3_000, 8, seed)
            model = ShiftedBetaGeometric()
            fits.append(model.fit_shares([3_000] * 8, survivors[1:]) if shares else model.fit(survivors))
        spread = np.std([(model.alpha_, model.beta_) for model in fits], axis=0)
        told = np.median([model.standard_errors_ for model in fits], axis=0)
        assert told == pytest.approx(spread, rel=0.3)


def test_pooled_cohorts_of_unequal_age() -> None:
    ages, customers = np.arange(1, 13), 4_000
    survivors = [simulate(0.8, 2.0, customers, int(age), seed=int(age)) for age in ages]
    retained = [sum(each[age] for each in survivors if len(each) > age) for age in ages]
    model = ShiftedBetaGeometric().fit_shares(customers * ages[::-1], retained)
    assert np.abs(np.array([model.alpha_, model.beta_]) - [0.8, 2.0]) == pytest.approx([0, 0], abs=0.2)
    assert (np.abs([model.alpha_ - 0.8, model.beta_ - 2.0]) < 3 * model.standard_errors_).all()


def test_cells_that_were_not_observed_are_left_out() -> None:
    survivors = exact(0.7, 1.2, 5_000, 6)[1:]
    trials = np.array([5_000, 0, 5_000, np.nan, 5_000, 5_000])
    retained = np.where(trials > 0, survivors, np.nan)
    model = ShiftedBetaGeometric().fit_shares(trials, retained)
    assert (model.alpha_, model.beta_) == pytest.approx((0.7, 1.2), rel=1e-3)


@pytest.mark.parametrize(
    ("survivors", "reason"),
    [
        ([], "two ages"),
        ([100], "two ages"),
        ([100, 60], "two ages"),
        ([0, 0, 0], "two ages"),
        ([100, 100, 100], "Nobody has left"),
        ([100, 50, 50, 50], "first period"),
        ([1000, 500, 250, 125], "does not rise"),
        ([100, 90, 50, 5], "does not rise"),
        ([100, 50, 0], "does not rise"),
    ],
)
def test_no_fit_says_why_and_projects_nothing(survivors: list[int], reason: str) -> None:
    model = ShiftedBetaGeometric().fit(survivors)
    assert not model.converged_ and reason in model.reason_ and reason in repr(model)
    assert np.isnan(model.survival([0, 1, 5])).all() and np.isnan(model.retention_rate([1, 5])).all()
    assert np.isnan([model.alpha_, model.beta_, model.log_likelihood_, *model.standard_errors_]).all()


def test_nobody_kept() -> None:
    assert "Nobody was kept" in ShiftedBetaGeometric().fit_shares([10, 10], [0, 0]).reason_


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**6), max_size=12))
def test_any_falling_counts_give_a_curve_or_a_reason(counts: list[int]) -> None:
    survivors = sorted(counts, reverse=True)
    fits = [ShiftedBetaGeometric().fit(survivors)]
    fits.append(ShiftedBetaGeometric().fit_shares(survivors[:1] * len(survivors[1:]), survivors[1:]))
    for model in fits:
        assert model.converged_ == (model.reason_ == "")
        if model.converged_:
            curve = model.survival(np.arange(40))
            assert curve[0] == 1 and (np.diff(curve) <= 0).all() and (curve >= 0).all()
            assert (np.diff(model.retention_rate(np.arange(1, 40))) > 0).all()
            assert (model.standard_errors_ > 0).all()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=10))
def test_any_cells_give_a_curve_or_a_reason(cells: list[tuple[int, int]]) -> None:
    model = ShiftedBetaGeometric().fit_shares([a + b for a, b in cells], [a for a, _ in cells])
    assert model.converged_ == (model.reason_ == "") == bool(np.isfinite(model.alpha_))


def test_survival_is_the_product_of_retention_rates() -> None:
    model = ShiftedBetaGeometric().fit([1000, 631, 468, 382])
    assert np.cumprod(model.retention_rate(np.arange(1, 9))) == pytest.approx(model.survival(np.arange(1, 9)))
    assert np.isnan(model.retention_rate(0)) and np.isnan(model.survival(-1))
    assert model.survival(np.zeros((2, 3))).shape == (2, 3)


def test_more_of_the_same_customers_only_sharpens() -> None:
    few = ShiftedBetaGeometric().fit([1000, 631, 468, 382])
    many = ShiftedBetaGeometric().fit([100_000, 63_100, 46_800, 38_200])
    assert (many.alpha_, many.beta_) == pytest.approx((few.alpha_, few.beta_), rel=1e-4)
    assert many.standard_errors_ == pytest.approx(few.standard_errors_ / 10, rel=1e-3)


@pytest.mark.parametrize("survivors", [[100, 110], [100, np.nan, 5], [100, -1], [[100, 50]]])
def test_what_is_not_a_cohort_is_refused(survivors: list[float]) -> None:
    with pytest.raises(ValueError, match="survivors must"):
        ShiftedBetaGeometric().fit(survivors)


@pytest.mark.parametrize(("trials", "retained"), [([10], [11]), ([10, 10], [1]), ([10], [-1])])
def test_what_are_not_cells_is_refused(trials: list[int], retained: list[int]) -> None:
    with pytest.raises(ValueError, match="retained"):
        ShiftedBetaGeometric().fit_shares(trials, retained)


def test_asking_before_fitting() -> None:
    with pytest.raises(RuntimeError, match="fit"):
        ShiftedBetaGeometric().survival(1)
    assert repr(ShiftedBetaGeometric()) == "ShiftedBetaGeometric()"
