"""Kaplan-Meier and log-rank: published values, SciPy on the same data, and what must always hold."""

import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.stats.survival import SurvivalCurve, kaplan_meier, log_rank

# Freireich et al. (1963), Blood 21: weeks in remission of 21 patients each; censored times stand apart.
TREATED = ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [])

People = tuple[list[int], list[int]]
"""Times at which it happened, and times at which people were last seen waiting."""

times = st.lists(st.integers(0, 30), max_size=40)
people = st.tuples(times, times)


def curve(group: People, confidence: float = 0.95) -> SurvivalCurve:
    happened, waiting = group
    counts = [1] * len(happened) + [0] * len(waiting)
    return kaplan_meier(happened + waiting, counts, [1 - one for one in counts], confidence)


def table(*groups: People) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The groups as counts by time."""
    at = np.unique([time for group in groups for part in group for time in part])
    counts = [[np.bincount(np.searchsorted(at, g[i]), minlength=len(at)) for g in groups] for i in (0, 1)]
    return at, np.array(counts[0]), np.array(counts[1])


def scipy_data(group: People) -> scipy.stats.CensoredData:
    return scipy.stats.CensoredData(uncensored=group[0], right=group[1])


def test_freireich_published_values() -> None:
    treated = curve(TREATED)
    given_at = [treated.at(week)[0] for week in (6, 7, 10, 13, 16, 22, 23)]
    assert given_at == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert dict(zip(treated.time.tolist(), treated.at_risk.tolist(), strict=True))[13] == 12


def test_freireich_medians_with_their_intervals() -> None:
    # As SAS PROC LIFETEST prints them for these data: 23 (13, not reached) and 8 (4, 11).
    median, low, high = curve(TREATED).median()
    assert (median, low) == (23, 13) and np.isnan(high)
    assert curve(PLACEBO).median() == (8, 4, 11)


def test_freireich_log_rank() -> None:
    # Kleinbaum & Klein (2012), Survival Analysis, 3rd ed., chapter 2: observed 21 and 9, expected 10.75 and 19.25.
    test = log_rank(*table(PLACEBO, TREATED))
    assert test.statistic == pytest.approx(16.793, abs=5e-4) and test.degrees == 1
    assert test.observed.tolist() == [21, 9]
    assert test.expected == pytest.approx([10.75, 19.25], abs=5e-3)


def test_greenwood_on_the_log_log_scale() -> None:
    # By hand at week 6: S = 18/21; Greenwood's sum 3 / (21 * 18).
    share, low, high = curve(TREATED).at(6)
    reach = 1.959963985 * np.sqrt(3 / (21 * 18)) / -np.log(18 / 21)
    assert share == pytest.approx(18 / 21)
    assert (low, high) == pytest.approx(((18 / 21) ** np.exp(reach), (18 / 21) ** np.exp(-reach)))


@given(people)
def test_curve_is_scipys(group: People) -> None:
    if not group[0] + group[1]:
        return
    wanted = scipy.stats.ecdf(scipy_data(group)).sf
    got = curve(group)
    np.testing.assert_allclose(got.time, wanted.quantiles)
    np.testing.assert_allclose(got.survival, wanted.probabilities, atol=1e-12)


@given(people)
def test_interval_is_scipys_and_holds_the_share(group: People) -> None:
    if len(group[0]) < 2:
        return
    got = curve(group)
    inside = (got.survival > 0) & (got.survival < 1)
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        wanted = scipy.stats.ecdf(scipy_data(group)).sf.confidence_interval(method="log-log")
    np.testing.assert_allclose(got.low[inside], wanted.low.probabilities[inside], atol=1e-9)
    np.testing.assert_allclose(got.high[inside], wanted.high.probabilities[inside], atol=1e-9)
    assert (got.low[inside] <= got.survival[inside]).all() and (got.survival[inside] <= got.high[inside]).all()
    assert np.isnan(got.low[~inside]).all()


@given(people, people)
def test_log_rank_of_two_is_scipys_with_ties(one: People, other: People) -> None:
    got = log_rank(*table(one, other))
    if np.isnan(got.statistic):
        return
    wanted = scipy.stats.logrank(scipy_data(one), scipy_data(other))
    assert got.statistic == pytest.approx(wanted.statistic**2, rel=1e-9, abs=1e-12)
    assert got.p_value == pytest.approx(wanted.pvalue, rel=1e-9, abs=1e-12)


@given(st.lists(people, min_size=2, max_size=4), st.randoms())
def test_log_rank_of_several_does_not_depend_on_their_order(groups: list[People], random: object) -> None:
    at, events, censored = table(*groups)
    got = log_rank(at, events, censored)
    np.testing.assert_allclose(got.observed.sum(), got.expected.sum(), atol=1e-9)
    places = list(range(len(groups)))
    random.shuffle(places)
    shuffled = log_rank(at, events[places], censored[places])
    assert got.degrees == shuffled.degrees
    np.testing.assert_allclose(got.statistic, shuffled.statistic, rtol=1e-6, atol=1e-9)


def test_log_rank_of_three_groups() -> None:
    # By hand: at time 1 one of six, three groups of two; at time 2 one of five.
    at, events, censored = [1, 2, 3], [[1, 0, 0], [0, 1, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 1], [0, 0, 2]]
    difference = np.array([1 - 1 / 3 - 1 / 5, 1 - 1 / 3 - 2 / 5])
    first = np.array([[2, -1], [-1, 2]]) / 9
    second = np.array([[4, -2], [-2, 6]]) / 25
    wanted = difference @ np.linalg.inv(first + second) @ difference
    got = log_rank(at, events, censored)
    assert got.degrees == 2
    assert got.statistic == pytest.approx(wanted)
    assert got.p_value == pytest.approx(scipy.stats.chi2.sf(wanted, 2))


def test_groups_that_are_alike_are_told_apart_as_often_as_promised() -> None:
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(600):
        waits, watched = rng.geometric(0.1, (3, 60)), rng.integers(1, 30, (3, 60))
        groups = [(w[w <= c].tolist(), c[w > c].tolist()) for w, c in zip(waits, watched, strict=True)]
        found += log_rank(*table(*groups)).p_value < 0.05
    assert found / 600 == pytest.approx(0.05, abs=0.03)


def test_order_and_grouping_of_the_counts_do_not_matter() -> None:
    one = kaplan_meier([3, 1, 3, 2], [2, 1, 1, 0], [0, 0, 1, 0])
    other = kaplan_meier([1, 3], [1, 3], [0, 1])
    assert one.time.tolist() == other.time.tolist() == [1, 3]
    assert one.survival == pytest.approx([0.8, 0.2])
    assert other.survival == pytest.approx([0.8, 0.2])


def test_what_was_not_watched_is_unknown() -> None:
    seen = curve(([2], [5]))
    assert np.isnan(seen.at(6)).all()
    assert seen.at(0)[0] == 1
    assert np.isnan(curve(([], [4])).median()).all()
    assert curve(([1, 2], [])).at(99)[0] == 0
    assert np.isnan(curve(([1, 2], [])).at(np.nan)).all()
    nobody = kaplan_meier([], [], [])
    assert np.isnan(nobody.at(1)).all() and np.isnan(nobody.median()).all()


def test_round_values_are_met() -> None:
    # 0.9 * (7/9) * ... misses one half by the last digit of a float.
    counts = kaplan_meier(range(1, 11), [1] * 10, [0] * 10)
    assert counts.reached(0.5) == 5 and counts.reached(0.3) == 3 and counts.reached(1.0) == 10


def test_log_rank_without_a_comparison_is_unknown() -> None:
    for events, censored in (([[1, 1]], [[0, 0]]), ([[0, 0], [0, 0]], [[1, 1], [1, 1]]), ([[1], [0]], [[0], [0]])):
        got = log_rank(range(len(events[0])), events, censored)
        assert np.isnan(got.p_value) and got.degrees == 0


@pytest.mark.parametrize(
    ("time", "events", "censored", "confidence"),
    [([1, 2], [1], [0], 0.95), ([-1], [1], [0], 0.95), ([1], [-1], [0], 0.95), ([1], [1], [0], 95)],
)
def test_nonsense_is_refused(time: list, events: list, censored: list, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"equal length|0 or more|confidence"):
        kaplan_meier(time, events, censored, confidence)


def test_log_rank_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="row a group"):
        log_rank([1, 2], [1, 2], [0, 0])
    with pytest.raises(ValueError, match="distinct"):
        log_rank([1, 1], [[1, 2], [1, 1]], [[0, 0], [0, 0]])
