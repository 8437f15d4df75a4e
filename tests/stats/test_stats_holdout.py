"""A forecast against what came after."""

import numpy as np
import pytest

from loyalty_metrics.stats.bgnbd import BetaGeometricNBD
from loyalty_metrics.stats.holdout import hold_out, tracking

MODEL = BetaGeometricNBD.of(r=0.8, alpha=5, a=0.9, b=3)


def test_by_hand() -> None:
    x, t_x, T, later = np.array([0, 0, 2, 9.0]), np.array([0, 0, 4, 8.0]), np.array([5, 5, 5, 9.0]), [0, 1, 3, 4]
    found = hold_out(MODEL, x, t_x, T, later, ahead=10, last=2)
    forecast = MODEL.expected_purchases(10, x, t_x, T)
    assert found.customers.tolist() == [2, 0, 2] and found.total == 8
    assert found.actual[[0, 2]].tolist() == [0.5, 3.5] and np.isnan(found.actual[1]) and np.isnan(found.expected[1])
    assert found.expected[[0, 2]] == pytest.approx([forecast[:2].mean(), forecast[2:].mean()])
    half = 1.959964 * np.std([0, 1], ddof=1) / np.sqrt(2)
    assert (found.low[0], found.high[0]) == pytest.approx((0, 0.5 + half))
    miss = forecast - later
    assert found.model == pytest.approx(
        (forecast.sum(), forecast.sum() / 8 - 1, miss.mean(), np.abs(miss).mean(), np.sqrt((miss**2).mean()))
    )
    naive = np.array([0, 0, 4, 10]) - later
    assert found.naive == pytest.approx(
        (14, 14 / 8 - 1, naive.mean(), np.abs(naive).mean(), np.sqrt((naive**2).mean()))
    )


def test_a_true_model_is_right_in_every_group_and_better_than_the_naive_forecast() -> None:
    x, t_x, T, later = MODEL.simulate(np.linspace(5, 40, 60_000), seed=4, ahead=30)
    found = hold_out(MODEL, x, t_x, T, later, ahead=30)
    reach = 2 * (found.high - found.low) / 2
    assert (np.abs(found.expected - found.actual) < reach).all()
    assert abs(found.model.of_total) < 0.02 < found.naive.of_total
    assert found.model.mae < found.naive.mae and found.model.rmse < found.naive.rmse
    t_x = np.where(x > 0, np.floor(t_x * 1000 + 1) / 1000 - 1e-6, 0)
    rows, n = np.unique(np.stack([x, np.minimum(t_x, T), T, later]), axis=1, return_counts=True)
    assert hold_out(MODEL, *rows, 30, n).model.total == pytest.approx(found.model.total, rel=1e-3)


def test_nothing_bought_and_new_customers() -> None:
    found = hold_out(MODEL, [0, 1], [0, 2], [0, 4], [0, 0], ahead=3)
    assert np.isnan(found.model.of_total) and found.total == 0 and found.model.total > 0
    assert found.naive.total == 3 / 4


def test_tracking_by_hand() -> None:
    found = tracking(MODEL, [0, 0, 3], [5, 2.5, 4], [1, 3, 6])
    assert found.actual.tolist() == [0, 1, 3]
    new = MODEL.expected_of_new([1, 3, 6])
    assert found.expected == pytest.approx([2 * new[0], 2 * new[1], 2 * new[2] + new[1]])
    assert np.isnan(found.error[0]) and found.error[2] == pytest.approx(found.expected[2] / 3 - 1)
    assert tracking(MODEL, [0, 3], [], [1, 6], n=[2, 1]).expected == pytest.approx(found.expected[[0, 2]])


@pytest.mark.parametrize(
    ("x", "later", "ahead", "message"),
    [([], [], 3, "one customer"), ([1], [1, 2], 3, "equal length"), ([1], [-1], 3, "later"), ([1], [1], 0, "above 0")],
)
def test_what_makes_no_sense_is_refused(x: list[float], later: list[float], ahead: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hold_out(MODEL, x, x, [2 * each for each in x], later, ahead)
