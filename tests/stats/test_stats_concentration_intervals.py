"""Intervals of concentration: standard errors, critical values, coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.concentration import carriers_share, gini, top_share
from loyalty_metrics.stats.concentration_intervals import (
    COVERED,
    COVERED_LESS,
    STATISTICS,
    covered,
    critical_values,
    estimates,
    intervals,
    tail_weight,
)

FIGURES = dict(zip(STATISTICS, (top_share, carriers_share, gini), strict=True))
Histogram = tuple[np.ndarray, np.ndarray]
spends = st.lists(st.integers(1, 10**6), min_size=20, max_size=120)


def histogram(sample: list[int] | np.ndarray) -> Histogram:
    """Distinct values and customers."""
    values, counts = np.unique(sample, return_counts=True)
    return values, counts


def lognormal(customers: int, sigma: float = 1.5, seed: int = 1) -> Histogram:
    """Spend of customers who differ greatly."""
    return histogram(np.round(np.random.default_rng(seed).lognormal(4, sigma, customers), 2))


def resampled_error(name: str, sample: np.ndarray, draws: int = 1_500) -> float:
    """The spread of the figure over samples drawn with replacement."""
    rng, ones = np.random.default_rng(3), np.ones(len(sample))
    return float(np.std([FIGURES[name](rng.choice(sample, len(sample)), ones) for _ in range(draws)]))


def jackknife_error(name: str, sample: np.ndarray) -> float:
    """The spread of the figure with one customer left out at a time."""
    n = len(sample)
    ones = np.ones(n - 1)
    left_out = [FIGURES[name](np.delete(sample, i), ones) for i in range(n)]
    return float(np.sqrt((n - 1) * np.var(left_out)))


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("sigma", [0.4, 1.0])
def test_the_standard_error_is_that_of_resampling(name: str, sigma: float) -> None:
    sample = np.random.default_rng(2).lognormal(3, sigma, 1_000)
    error = estimates(sample, np.ones(1_000))[name].error
    assert error == pytest.approx(resampled_error(name, sample), rel=0.08)


@pytest.mark.parametrize("name", ["top_share", "gini"])
@pytest.mark.parametrize("shift", [0, -40])
def test_the_standard_error_is_that_of_the_jackknife(name: str, shift: float) -> None:
    # Not of the carriers: their number is whole, and leaving one out moves it by one or not at all.
    sample = np.random.default_rng(4).lognormal(4, 0.8, 400) + shift
    assert (sample < 0).any() == (shift < 0)
    error = estimates(sample, np.ones(400))[name].error
    assert error == pytest.approx(jackknife_error(name, sample), rel=0.02)


def test_a_standard_error_by_hand() -> None:
    # Half of the customers are worth 0, half 1: Gini 1/2, and 1 - Gini is the share worth 1, a binomial one.
    assert estimates([0, 1], [50, 50])["gini"].error == pytest.approx(np.sqrt(0.25 / 100))


@given(spends, st.floats(0.01, 1000))
def test_the_unit_of_money_does_not_matter(sample: list[int], unit: float) -> None:
    values, counts = histogram(sample)
    scaled = intervals(values * unit, counts)
    for name, ends in intervals(values, counts).items():
        assert scaled[name] == pytest.approx(ends, abs=1e-6)


@given(spends, st.randoms())
def test_the_order_of_rows_and_repeated_values_do_not_matter(sample: list[int], random) -> None:
    mixed = random.sample(sample, len(sample))
    one_by_one = intervals(mixed, np.ones(len(mixed)))
    for name, ends in intervals(*histogram(sample)).items():
        assert one_by_one[name] == pytest.approx(ends, abs=1e-9)


@given(spends, st.integers(0, 60))
def test_an_interval_holds_its_figure_within_0_and_1(sample: list[int], worth_nothing: int) -> None:
    data = histogram(sample + [0] * worth_nothing)
    for name, (low, high) in intervals(*data).items():
        assert 0 <= low <= FIGURES[name](*data) <= high <= 1


@given(spends, st.lists(st.integers(-1_000, -1), min_size=1, max_size=20))
def test_values_below_zero_can_lift_an_interval_above_1(sample: list[int], owed: list[int]) -> None:
    data = histogram(sample + owed)
    for name, (low, high) in intervals(*data).items():
        assert np.isnan([low, high]).all() or 0 <= low <= FIGURES[name](*data) <= high
        assert np.isnan(high) or high <= estimates(*data)[name].most


@given(st.floats(0.01, 1e6), st.integers(20, 10**7))
def test_equal_customers_leave_no_doubt(value: float, customers: int) -> None:
    ends = intervals([value], [customers])
    assert ends["top_share"] == pytest.approx((0.2, 0.2), abs=1e-6)
    assert ends["gini"] == pytest.approx((0, 0), abs=1e-6)
    assert np.ptp(ends["carriers_share"]) <= 10 / customers  # their number is whole: some customers more or less


FEW = [([], []), ([5], [1]), ([3, 4], [9, 10]), ([0], [50]), ([0, 4], [500, 19])]
UNSURE = [([-3, 1], [30, 30]), ([-9, 10], [50, 50])]


@pytest.mark.parametrize(("values", "counts"), FEW + UNSURE)
def test_few_customers_or_no_sure_total_have_no_interval(values: list[float], counts: list[int]) -> None:
    assert np.isnan(list(intervals(values, counts).values())).all()
    assert np.isnan(covered(values, counts))


def test_intervals_narrow_with_customers_and_are_the_same_each_time() -> None:
    few, many = lognormal(300), lognormal(30_000)
    assert intervals(*few) == intervals(*few)
    for name in STATISTICS:
        width, narrow = (np.ptp(intervals(*data)[name]) for data in (few, many))
        assert narrow < width / 4


def test_tail_weight_is_that_of_the_law() -> None:
    # Quantiles of Pareto's law of index 2: the mean excess of the logarithm is 1/2 everywhere.
    values = (np.arange(1, 100_001) / 100_000) ** -0.5
    assert tail_weight(values, np.ones(len(values))) == pytest.approx(0.5, rel=0.01)
    assert tail_weight([5], [100]) == 0
    assert np.isnan(tail_weight([5, 0], [1, 9]))


def test_the_best_of_few_customers_by_hand() -> None:
    # 30 above zero: the best 10 (a third) against the eleventh; 4 of them at 8, 6 at 2, the border at 1.
    assert tail_weight([8, 2, 1, 0], [4, 6, 20, 70]) == pytest.approx((4 * np.log(8) + 6 * np.log(2)) / 10)


def test_what_intervals_cover_is_said_by_a_rule() -> None:
    assert covered(*lognormal(5_000, 1.2)) == COVERED
    assert covered(*lognormal(30, 0.5)) == COVERED
    assert covered(*lognormal(5_000, 2.5)) == COVERED_LESS  # the best 5% look like a tail without variance


@pytest.mark.parametrize("name", STATISTICS)
def test_critical_values_lie_on_both_sides_and_far_on_that_of_concentration(name: str) -> None:
    for customers in (100, 150, 3_000, 10**7):
        for weight in (0.3, 0.7, 1.0):
            low, high = critical_values(name, customers, weight)
            assert low < -0.8 and high > 0.8
            assert (high > -low) == (name != "carriers_share")


def test_critical_values_of_many_customers_with_a_light_tail_come_near_the_normal_ones() -> None:
    assert critical_values("gini", 10**6, 0.05) == pytest.approx((-1.96, 1.96), abs=0.4)


@pytest.mark.parametrize(("sigma", "customers"), [(1.0, 200), (2.0, 1_000)])
def test_intervals_cover(sigma: float, customers: int) -> None:
    # At least 90% are promised; of 300 samples 262 or fewer have a chance below 1 in 20 at just 90%.
    from benchmarks.pareto_calibration import lognormal as law

    draw, truth = law(sigma)
    rng, ones = np.random.default_rng(9), np.ones(customers)
    held = np.zeros(3)
    for _ in range(300):
        ends = np.array(list(intervals(draw(rng, customers), ones).values()))
        held += (ends[:, 0] <= truth) & (truth <= ends[:, 1])
    assert (held > 262).all()
