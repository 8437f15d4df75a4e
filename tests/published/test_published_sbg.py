"""Fader & Hardie (2007), How to project customer retention: both segments, fitted on years 1 to 7."""

import numpy as np
import pytest

from loyalty_metrics.stats.sbg import ShiftedBetaGeometric

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
"""Observed survivors in per cent, years 0 to 12. Years 8 to 12 are not fitted: they judge the projection."""


def fitted(percent: list[float]) -> ShiftedBetaGeometric:
    """The model from years 0 to 7 of 1,000 customers."""
    return ShiftedBetaGeometric().fit(np.round(10 * np.array(percent[:8])))


@pytest.mark.parametrize(
    ("percent", "alpha", "beta", "per_customer"),
    [(REGULAR, 0.704, 1.182, -1.680), (HIGH_END, 0.668, 3.806, -1.611)],
)
def test_parameters(percent: list[float], alpha: float, beta: float, per_customer: float) -> None:
    model = fitted(percent)
    assert model.converged_
    assert (round(model.alpha_, 3), round(model.beta_, 3)) == (alpha, beta)
    assert round(model.log_likelihood_ / 1_000, 3) == per_customer


def test_the_misprinted_alpha_is_no_maximum() -> None:
    # Some sources print 0.688 for High End; with beta 3.806 year 1 would then be 84.7 %, not 85.1 %.
    model = fitted(HIGH_END)
    assert abs(model.alpha_ - 0.688) > 0.019
    assert model.survival(1) == pytest.approx(3.806 / (3.806 + 0.668), abs=1e-4)


@pytest.mark.parametrize(
    ("percent", "projected"),
    [
        (REGULAR, [100, 62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0, 17.0]),
        (HIGH_END, [100, 85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8]),
    ],
)
def test_the_fitted_curve_is_not_the_observed_one(percent: list[float], projected: list[float]) -> None:
    curve = 100 * fitted(percent).survival(np.arange(13))
    assert curve == pytest.approx(projected, abs=0.051)
    assert np.abs(curve - percent).max() > 0.5


@pytest.mark.parametrize(("percent", "points"), [(REGULAR, 0.4), (HIGH_END, 1.7)])
def test_the_projection_of_years_8_to_12_comes_close(percent: list[float], points: float) -> None:
    assert np.abs(100 * fitted(percent).survival(np.arange(8, 13)) - percent[8:]).max() < points
