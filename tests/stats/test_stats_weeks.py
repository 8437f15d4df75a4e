"""Surprises of weekly sums and shares: few where nothing changes, and what changes is found."""

import numpy as np
import pytest

from loyalty_metrics.stats.proportions import mid_p
from loyalty_metrics.stats.weeks import BASE, FEWEST, YEAR, share_changes, surprises


def orders(rng: np.random.Generator, mean: np.ndarray, straying: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Sums of lognormal orders and of their squares, in so many weeks."""
    mood = rng.gamma(straying**-2, straying**2, len(mean)) if straying else np.ones(len(mean))
    values = [rng.lognormal(3, 0.8, rng.poisson(each)) for each in mean * mood]
    return np.array([v.sum() for v in values]), np.array([(v**2).sum() for v in values])


def test_expected_is_the_level_times_the_season() -> None:
    """By hand: 100 a week, of late 200; a year ago the week and its neighbours had a fourth more.

    One neighbour is among the twelve weeks before: 11 of 100 and one of 125.
    """
    y = np.full(YEAR + 2 * BASE + FEWEST + 20, 100.0)
    at = len(y) - 1
    y[at - YEAR - 1 : at - YEAR + 2] = 125
    y[at - BASE :] = 200
    found = surprises(y, y)
    assert found.by_season[0, at]
    assert found.expected[0, at] == pytest.approx(200 * 125 / ((11 * 100 + 125) / 12))
    assert found.seen[0, at] == 200


def test_nothing_is_judged_too_early() -> None:
    y = np.full(60, 100.0)
    judged = np.isfinite(surprises(y, y).chance[0])
    assert not judged[: BASE + FEWEST].any()
    assert judged[BASE + FEWEST + 1 :].all()


@pytest.mark.parametrize("weeks", [1, 4])
@pytest.mark.parametrize("straying", [0.0, 0.1])
def test_chance_is_no_smaller_than_it_says(weeks: int, straying: float) -> None:
    """Of weeks in which nothing changed, at most so many are called as surprising; the tails matter most."""
    rng = np.random.default_rng(11)
    chances = []
    for _shop in range(12):
        sums, squares = zip(*(orders(rng, np.full(260, mean), straying) for mean in (40, 150)), strict=True)
        chances.append(surprises(np.array(sums), np.array(squares), weeks).chance[:, 90:])
    p = np.concatenate(chances).ravel()
    assert (p < 0.05).mean() < 0.06
    assert (p < 0.005).mean() < 0.008
    assert (p < 0.05).mean() > 0.005  # and it is not blind


def test_one_huge_order_is_no_surprise_and_a_third_less_is() -> None:
    rng = np.random.default_rng(3)
    sums, squares = orders(rng, np.full(200, 300.0))
    huge, huge_squares = sums.copy(), squares.copy()
    huge[-1] += 20 * sums.mean()
    huge_squares[-1] += (20 * sums.mean()) ** 2
    assert not surprises(huge, huge_squares).chance[0, -1] < 0.05
    fallen, fallen_squares = sums.copy(), squares.copy()
    fallen[-1] *= 0.62
    fallen_squares[-1] *= 0.62
    found = surprises(fallen, fallen_squares)
    low, high = found.interval()
    assert found.chance[0, -1] < 0.001
    assert low[0, -1] < fallen[-1] - sums.mean() < high[0, -1] < 0


def test_a_season_that_comes_every_year_is_no_surprise() -> None:
    rng = np.random.default_rng(4)
    wave = 300 * (1 + 0.4 * np.sin(2 * np.pi * np.arange(260) / 52))
    sums, squares = orders(rng, wave)
    assert (surprises(sums, squares).chance[0, 160:] < 0.001).sum() == 0


def test_later_weeks_change_nothing() -> None:
    rng = np.random.default_rng(5)
    sums, squares = orders(rng, np.full(180, 100.0))
    for weeks in (1, 4):
        whole, cut = surprises(sums, squares, weeks), surprises(sums[:150], squares[:150], weeks)
        np.testing.assert_allclose(whole.chance[:, :150], cut.chance)


def test_weeks_without_anything() -> None:
    for y in (np.zeros(120), np.zeros((2, 0)), np.full(120, np.nan)):
        assert np.isnan(surprises(y, y).chance).all()


def test_a_share_is_compared_with_the_year_before() -> None:
    """Without overdispersion it is Fisher's test of the sums, by hand: 120 of 400 against 1,000 of 5,000."""
    hits, size = np.full(54, 20.0), np.full(54, 100.0)
    hits[-4:] = 30
    found = share_changes(hits, size, 4)
    assert (found.hits[0], found.size[0], found.hits_before[0], found.size_before[0]) == (120, 400, 1000, 5000)
    assert found.factor[0] == 1
    assert found.chance[0] == pytest.approx(float(mid_p(120, 400, 1000, 5000)))


def test_a_share_that_moves_so_every_year_does_not_count() -> None:
    hits, size = np.full(120, 20.0), np.full(120, 100.0)
    hits[-4:] = 30
    assert share_changes(hits, size, 4).chance[0] < 0.001
    hits[-4 - YEAR : -YEAR] = 30
    assert share_changes(hits, size, 4).chance[0] == 1


def test_weeks_that_stray_make_a_share_less_sure() -> None:
    rng = np.random.default_rng(6)
    size, true = np.full((400, 60), 50.0), rng.beta(8, 24, (400, 60))
    found = share_changes(rng.binomial(50, true), size, 4)
    assert found.factor.mean() > 1.5
    assert (found.chance < 0.05).mean() < 0.09


def test_too_few_for_a_share() -> None:
    assert np.isnan(share_changes([1.0] * 5, [2.0] * 5, 4).chance[0])
    assert np.isnan(share_changes([0.0] * 60, [0.0] * 60, 4).chance[0])
