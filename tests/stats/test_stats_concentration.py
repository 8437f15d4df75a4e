"""Concentration of value among customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.concentration import carriers_share, gini, lorenz, pareto_curve, top_share

cents = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(lambda values: sum(values) > 0)
Histogram = tuple[np.ndarray, np.ndarray]


def histogram(sample: list[int] | np.ndarray) -> Histogram:
    """Distinct values and customers."""
    values, counts = np.unique(sample, return_counts=True)
    return values, counts


def gini_by_definition(sample: list[int]) -> float:
    """Half the mean absolute difference over the mean."""
    x = np.array(sample, dtype=float)
    return float(np.abs(x[:, None] - x).mean() / (2 * x.mean()))


def carriers_by_counting(sample: list[int]) -> float:
    """Take the best customers one by one until they hold 4/5."""
    best, held = sorted(sample, reverse=True), 0
    for taken, value in enumerate(best, 1):
        held += value
        if 5 * held >= 4 * sum(sample):
            return taken / len(sample)
    raise AssertionError


def test_a_worked_example() -> None:
    # Ten customers: 50, 20, 10, 10, 5, 1, 1, 1, 1, 1: the best two hold 70 of 100, the best three 80.
    values, counts = [1, 5, 10, 20, 50], [5, 1, 2, 1, 1]
    assert top_share(values, counts) == pytest.approx(0.7)
    assert carriers_share(values, counts) == pytest.approx(0.3)
    assert top_share(values, counts, 0.25) == pytest.approx(0.75)  # half of the third customer
    assert carriers_share(values, counts, 0.81) == pytest.approx(0.4)


@given(cents)
def test_the_histogram_says_what_the_list_says(sample: list[int]) -> None:
    assert gini(*histogram(sample)) == pytest.approx(gini_by_definition(sample), abs=1e-12)
    assert carriers_share(*histogram(sample)) == carriers_by_counting(sample)


@given(cents)
def test_the_order_of_rows_and_repeated_values_do_not_matter(sample: list[int]) -> None:
    one_by_one = (sample, np.ones(len(sample)))
    for statistic in (top_share, carriers_share, gini):
        assert statistic(*one_by_one) == pytest.approx(statistic(*histogram(sample)), abs=1e-12)


@given(cents, st.floats(0.001, 1000))
def test_the_unit_of_money_does_not_matter(sample: list[int], unit: float) -> None:
    values, counts = histogram(sample)
    for statistic in (top_share, carriers_share, gini):
        assert statistic(values * unit, counts) == pytest.approx(statistic(values, counts), abs=1e-9)


@given(cents, st.integers(2, 50))
def test_more_of_the_same_customers_are_as_concentrated(sample: list[int], times: int) -> None:
    values, counts = histogram(sample)
    assert gini(values, counts * times) == pytest.approx(gini(values, counts), abs=1e-12)
    assert top_share(values, counts * times) == pytest.approx(top_share(values, counts), abs=1e-12)


@given(st.floats(0.01, 1e6), st.integers(1, 10**7))
def test_equal_customers_are_not_concentrated(value: float, customers: int) -> None:
    assert gini([value], [customers]) == 0
    assert top_share([value], [customers]) == pytest.approx(0.2)
    assert carriers_share([value], [customers]) == pytest.approx(-(-4 * customers // 5) / customers)


@given(cents)
def test_ranges(sample: list[int]) -> None:
    n = len(sample)
    assert -1e-12 <= gini(*histogram(sample)) <= 1 - 1 / n + 1e-12
    assert 0.2 - 1e-12 <= top_share(*histogram(sample)) <= 1 + 1e-12
    assert 1 / n <= carriers_share(*histogram(sample)) <= 1


def test_one_customer_who_holds_all() -> None:
    values, counts = [0, 100], [99, 1]
    assert gini(values, counts) == pytest.approx(0.99)
    assert top_share(values, counts) == 1
    assert carriers_share(values, counts) == 0.01


def test_negative_values_can_lift_the_top_above_all() -> None:
    values, counts = [-50, 0, 100], [1, 2, 2]
    assert top_share(values, counts, 0.4) == pytest.approx(200 / 150)
    assert carriers_share(values, counts) == 0.4  # 100 is not 120; two customers are
    assert gini(values, counts) == pytest.approx(gini_by_definition([-50, 0, 0, 100, 100]))
    assert pareto_curve(values, counts)[1].max() > 1


@pytest.mark.parametrize(("values", "counts"), [([], []), ([0], [5]), ([-3, 1], [1, 1]), ([-1, 1], [2, 2]), ([5], [0])])
def test_a_total_that_is_not_positive_has_no_shares(values: list[float], counts: list[int]) -> None:
    assert np.isnan([top_share(values, counts), carriers_share(values, counts), gini(values, counts)]).all()
    assert np.isnan(pareto_curve(values, counts)[1]).all()


def test_ends_of_the_shares() -> None:
    values, counts = [0, 1, 5], [2, 3, 4]
    assert top_share(values, counts, 0) == 0 and top_share(values, counts, 1) == 1
    assert carriers_share(values, counts, 0) == 0
    assert carriers_share(values, counts, 1) == pytest.approx(7 / 9)  # those worth nothing carry nothing


def test_pareto_curve_is_the_lorenz_curve_turned_round() -> None:
    values, counts = [0, 1, 5], [2, 3, 4]
    customers, held = lorenz(values, counts)
    assert customers.tolist() == pytest.approx([0, 2 / 9, 5 / 9, 1]) and held.tolist() == pytest.approx(
        [0, 0, 3 / 23, 1]
    )
    best_customers, best_held = pareto_curve(values, counts)
    assert best_customers == pytest.approx(1 - customers[::-1]) and best_held == pytest.approx(1 - held[::-1])


@given(cents)
def test_gini_is_the_area_between_lorenz_curve_and_diagonal(sample: list[int]) -> None:
    customers, held = lorenz(*histogram(sample))
    assert gini(*histogram(sample)) == pytest.approx(1 - 2 * np.trapezoid(held, customers), abs=1e-12)
