"""Forecasts of repurchase and their scores: against scikit-learn, planted truths, and blind data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from loyalty_metrics.stats.forecast_scores import calibration, choose, drivers, mean_interval, score
from loyalty_metrics.stats.intervals import wilson
from loyalty_metrics.stats.repurchase import Boosted, RecencyRule, in_order
from tests.oracles.strategies import examples


def planted(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of which the first, and the second where the first is high, say who buys."""
    random = np.random.default_rng(seed)
    features = random.random((n, 5))
    features[random.random((n, 5)) < 0.1] = np.nan
    known = np.nan_to_num(features, nan=0.5)
    return features, random.random(n) < 0.1 + 0.6 * known[:, 0] * known[:, 1]


@examples(50)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=4, max_size=80))
def test_scores_equal_scikit_learns(pairs: list[tuple[float, bool]]) -> None:
    p, y = (np.array(column) for column in zip(*pairs, strict=True))
    if y.all() or not y.any():
        with pytest.raises(ValueError, match="must have bought"):
            score(p, y)
        return
    found = score(p, y)
    assert found.auc == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    assert found.brier == pytest.approx(brier_score_loss(y, p), abs=1e-12)
    assert found.lift == pytest.approx(lift_by_hand(p, y)) and 0 <= found.lift <= 10


def lift_by_hand(p: np.ndarray, y: np.ndarray) -> float:
    """Mean over many ways of breaking ties: here by giving each of the tied an equal part of the places left."""
    places, caught = len(p) / 10, 0.0
    for value in sorted(set(p), reverse=True):
        tied = y[p == value]
        taken = min(places, len(tied))
        caught, places = caught + tied.mean() * taken, places - taken
    return caught / y.sum() * 10


def test_the_interval_of_the_auc_holds_the_truth() -> None:
    """Normal scores one standard deviation apart: the truth is Phi(1 / sqrt 2) = 0.7602."""
    random, hits = np.random.default_rng(0), 0
    for _ in range(400):
        y = random.random(300) < 0.3
        found = score(random.normal(size=300) + y, y)
        hits += found.auc_low <= 0.7602 <= found.auc_high
    assert 0.92 <= hits / 400 <= 0.98


def test_who_is_told_alike_is_counted_together() -> None:
    p, y = np.repeat([0.1, 0.4, 0.8], [50, 30, 20]), np.repeat([True, False] * 3, [5, 45, 15, 15, 16, 4])
    found = calibration(p, y)
    assert found.upto.tolist() == [0.1, 0.4, 0.8] and found.told == pytest.approx([0.1, 0.4, 0.8])
    assert found.customers.tolist() == [50, 30, 20] and found.bought.tolist() == [5, 15, 16]
    assert np.array([found.low, found.high]) == pytest.approx(np.array(wilson([5, 15, 16], [50, 30, 20])))
    assert found.group([0, 0.1, 0.11, 0.5, 0.95]).tolist() == [0, 0, 1, 2, 2]


def test_the_simplest_that_is_not_clearly_worse_is_chosen() -> None:
    random = np.random.default_rng(1)
    truth = random.random(5_000)
    y = random.random(5_000) < truth
    alike, blind = np.clip(truth + random.normal(0, 0.01, 5_000), 0, 1), np.full(5_000, y.mean())
    found = choose({"blind": blind, "alike": alike, "best": truth}, y)
    assert found.chosen == "alike" and found.worse["blind"][1] > 0 and found.worse[found.best] == (0, 0, 0)
    assert choose({"blind": blind, "failed": blind * np.nan, "best": truth}, y).chosen == "best"
    assert choose({"one": truth, "two": truth}, y) == choose({"one": truth, "two": truth}, y)
    assert choose({"one": truth, "two": truth}, y).chosen == "one"


def test_a_paired_interval_is_that_of_the_mean() -> None:
    values = np.array([1.0, 2.0, 4.0, 5.0])
    assert mean_interval(values) == pytest.approx((3, 3 - 1.959964 * 0.912871, 3 + 1.959964 * 0.912871), rel=1e-6)


def test_trees_find_what_was_planted_and_are_calibrated() -> None:
    model = Boosted().fit(*planted(20_000, 1), *planted(20_000, 2))
    features, bought = planted(20_000, 3)
    told = model.probability(features)
    assert score(told, bought).auc > 0.66
    groups = calibration(told, bought)
    assert ((groups.low <= groups.told + 0.02) & (groups.told - 0.02 <= groups.high)).all()
    found = drivers(model.probability, features, bought, {"first": [0], "second": [1], "nothing": [2, 3, 4]})
    assert min(found["first"].low, found["second"].low) > 0.005
    assert abs(found["nothing"].rise) < 0.001


def test_shuffled_labels_teach_nothing() -> None:
    features, bought = planted(60_000, 4)
    shuffled = np.random.default_rng(5).permutation(bought)
    parts = np.split(np.arange(60_000), 3)
    model = Boosted().fit(*(each[parts[k]] for k in (0, 1) for each in (features, shuffled)))
    assert score(model.probability(features[parts[2]]), shuffled[parts[2]]).auc == pytest.approx(0.5, abs=0.02)


def test_a_column_that_is_unknown_throughout_or_always_the_same_is_no_obstacle() -> None:
    features, bought = planted(2_000, 6)
    empty = np.column_stack([features, np.full(2_000, np.nan), np.ones(2_000)])
    told = Boosted().fit(empty, bought, empty, bought).probability(empty)
    assert told == pytest.approx(Boosted().fit(features, bought, features, bought).probability(features), abs=1e-9)


def test_the_rule_of_recency_is_the_share_of_those_as_long_away() -> None:
    recency, bought = np.repeat([1, 5, 9], 100), np.arange(300) % 100 < np.repeat([80, 40, 10], 100)
    rule = RecencyRule().fit(recency, bought)
    assert rule.probability([0, 1, 5, 6, 9, 99]) == pytest.approx([0.8, 0.8, 0.4, 0.1, 0.1, 0.1])
    assert RecencyRule().fit(recency, bought, groups=1).probability([3]) == pytest.approx([130 / 300])
    assert RecencyRule().fit([7, 7], [True, False]).probability([7]) == 0.5


def test_rows_stand_in_one_order_however_they_came() -> None:
    random = np.random.default_rng(7)
    rows = random.integers(0, 3, (200, 3)).astype(float)
    rows[rows == 2] = np.nan
    mixed = random.permutation(rows)
    for each in (rows, mixed):
        assert np.array_equal(each[in_order(*each.T)], rows[in_order(*rows.T)], equal_nan=True)
