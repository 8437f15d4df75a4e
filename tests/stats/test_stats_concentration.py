"""Concentration of value among customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.concentration import (
    STATISTICS,
    bootstrap,
    carriers_share,
    gini,
    lorenz,
    pareto_curve,
    top_share,
)
from loyalty_metrics.stats.histogram import grouped, ordered

cents = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(lambda values: sum(values) > 0)
Histogram = tuple[np.ndarray, np.ndarray]


def histogram(sample: list[int] | np.ndarray) -> Histogram:
    """Distinct values and customers."""
    values, counts = np.unique(sample, return_counts=True)
    return values, counts


def heavy_tailed(customers: int, sigma: float = 1.5, seed: int = 1) -> Histogram:
    """Spend of customers who differ greatly."""
    return histogram(np.round(np.random.default_rng(seed).lognormal(4, sigma, customers), 2))


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
    assert np.isnan(list(bootstrap(values, counts).values())).all()
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


def test_bootstrap_is_repeatable_by_seed() -> None:
    data = heavy_tailed(500)
    assert bootstrap(*data, seed=7) == bootstrap(*data, seed=7) != bootstrap(*data, seed=8)
    assert bootstrap(*data, ["gini"], seed=7)["gini"] == bootstrap(*data, seed=7)["gini"]


def test_bootstrap_holds_the_figure_and_narrows_with_customers() -> None:
    widths = []
    for customers in (300, 30_000):
        data = heavy_tailed(customers)
        intervals = bootstrap(*data)
        for name, statistic in zip(STATISTICS, (top_share, carriers_share, gini), strict=True):
            low, high = intervals[name]
            assert low < statistic(*data) < high
        widths.append(intervals["gini"][1] - intervals["gini"][0])
    assert widths[1] < widths[0] / 4


def test_bootstrap_answers_for_the_share_asked_for() -> None:
    data = heavy_tailed(2_000)
    intervals = bootstrap(*data, share=0.05, value_share=0.5)
    assert intervals["top_share"][0] < top_share(*data, 0.05) < intervals["top_share"][1]
    assert intervals["carriers_share"][0] < carriers_share(*data, 0.5) < intervals["carriers_share"][1]


def test_bootstrap_covers() -> None:
    # Exponential spend: Gini 1/2, and the best 20 % hold 0.2 (1 - ln 0.2).
    rng, held = np.random.default_rng(5), np.zeros(2)
    for seed in range(150):
        intervals = bootstrap(rng.exponential(size=200), np.ones(200), replicates=200, seed=seed)
        for place, (name, truth) in enumerate({"gini": 0.5, "top_share": 0.2 * (1 - np.log(0.2))}.items()):
            held[place] += intervals[name][0] <= truth <= intervals[name][1]
    assert (held / 150 >= 0.88).all() and (held / 150 <= 0.99).all()


def test_grouping_keeps_customers_and_sums_and_hardly_moves_a_figure() -> None:
    for sigma in (0.8, 1.5, 2.5):
        values, counts = ordered(*heavy_tailed(200_000, sigma))
        few = grouped(values, counts, 2_000)
        assert len(few[0]) <= 2_000 < len(values)
        assert few[1].sum() == counts.sum() and few[0] @ few[1] == pytest.approx(values @ counts)
        assert (np.diff(few[0]) > 0).all()
        for statistic in (top_share, carriers_share, gini):
            assert statistic(*few) == pytest.approx(statistic(values, counts), abs=1e-4)


def test_grouping_hardly_moves_an_interval() -> None:
    data = heavy_tailed(8_000)
    exact = bootstrap(*data, replicates=1_000, groups=10**6)
    few = bootstrap(*data, replicates=1_000, seed=1)
    for name in STATISTICS:
        width = exact[name][1] - exact[name][0]
        assert few[name][1] - few[name][0] == pytest.approx(width, rel=0.1)
        assert few[name] == pytest.approx(exact[name], abs=0.1 * width)


def test_grouping_leaves_a_short_histogram_alone_and_bears_any_sign() -> None:
    values, counts = np.array([-3.0, 0.0, 4.0]), np.array([1.0, 5.0, 2.0])
    assert grouped(values, counts, 3)[0] is values
    few = grouped(np.zeros(9), np.ones(9), 2)
    assert few[0].tolist() == [0, 0] and few[1].sum() == 9


@pytest.mark.parametrize(
    "wrong",
    [{"statistics": ["mean"]}, {"share": 2}, {"replicates": 0}, {"confidence": 95}, {"value_share": -1}],
)
def test_bootstrap_refuses_nonsense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"statistic|share|replicates|confidence"):
        bootstrap([1, 2], [3, 4], **wrong)  # type: ignore[arg-type]
