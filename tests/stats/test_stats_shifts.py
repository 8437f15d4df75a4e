"""Changes between sets of cohorts, and for good: against a plain reading of the model, and where nothing changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from loyalty_metrics.stats import shifts
from loyalty_metrics.stats.shifts import lasting_change, shift

MONTHS = np.arange(120) % 12


def worlds(
    number: int,
    cohorts: int,
    size: int,
    share: float = 0.25,
    spread: float = 0.0,
    memory: float = 0.0,
    season: float = 0.0,
    fall: float = 0.0,
    last: int = 3,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Shops whose cohorts' shares stray, remember and have seasons; the last ones may fall."""
    rng, found = np.random.default_rng(11), []
    for _world in range(number):
        away = [rng.normal(0, spread)]
        for _cohort in range(cohorts - 1):
            away.append(memory * away[-1] + rng.normal(0, spread * np.sqrt(1 - memory**2)))
        true = share + np.array(away) + season * np.sin(2 * np.pi * (np.arange(cohorts) + rng.integers(12)) / 12)
        true[cohorts - last :] *= 1 - fall
        sizes = rng.poisson(size, cohorts)
        found.append((rng.binomial(sizes, np.clip(true, 0.01, 0.99)), sizes))
    return found


def called(worlds: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """In what part of worlds the last three are called different, and a change for good."""
    different = lasting = 0
    for hits, size in worlds:
        places = np.arange(len(hits))
        newer = places >= len(hits) - 3
        older = ~newer & (places >= len(hits) - 15)
        found, turn = (
            shift(hits, size, older, newer, MONTHS[: len(hits)]),
            lasting_change(hits, size, MONTHS[: len(hits)]),
        )
        different += found is not None and found.chance <= 0.05
        lasting += turn is not None and turn.p <= 0.05
    return different / len(worlds), lasting / len(worlds)


@pytest.mark.parametrize(
    "null",
    [{}, {"spread": 0.03}, {"spread": 0.03, "memory": 0.7}, {"season": 0.06}],
    ids=["chance", "spread", "memory", "season"],
)
def test_nothing_is_said_where_nothing_changes(null: dict[str, float]) -> None:
    different, lasting = called(worlds(100, 27, 300, **null))
    # 11 of 100 is the most that a rate of 5 % still makes in 99 of 100 tests.
    assert different <= 0.11
    assert lasting <= 0.11


def test_a_fall_by_a_fifth_is_seen_after_three_months() -> None:
    different, _lasting = called(worlds(50, 27, 400, fall=0.2))
    assert different >= 0.8


def test_a_fall_for_good_is_told_with_both_levels() -> None:
    size = np.full(36, 1000)
    hits = np.where(np.arange(36) < 24, 300, 200)
    found = lasting_change(hits, size, MONTHS[:36])
    assert found is not None
    assert (found.at, found.before, found.after) == (24, 0.3, 0.2)
    assert found.p < 0.001


def test_the_change_is_that_of_the_model_read_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """One spread, memory and season: generalised least squares and its likelihood, by textbook formulas."""
    for name, value in {"_SPREADS": (0.02,), "_MEMORIES": (0.5,), "_SEASONS": (0.03,)}.items():
        monkeypatch.setattr(shifts, name, value)
    shifts._roots.cache_clear()
    hits, size = np.array([30, 28, 45, 40, 22, 30, 51]), np.array([100, 110, 140, 150, 90, 120, 160])
    older, newer = np.array([1, 1, 1, 1, 0, 0, 0], bool), np.array([0, 0, 0, 0, 0, 1, 1], bool)
    season = np.array([1, 2, 3, 4, 1, 2, 3])
    found = shift(hits, size, older, newer, season, year=4)
    shifts._roots.cache_clear()
    y = np.arcsin(np.sqrt((hits + 3 / 8) / (size + 3 / 4)))
    covariance = np.diag(1 / (4 * size + 2))
    for i in range(7):
        for j in range(7):
            covariance[i, j] += 0.02**2 * 0.5 ** abs(i - j)
            covariance[i, j] += 0.03**2 * (
                0.5 * (season[i] == season[j]) + 0.5 * np.exp(-2 * np.sin(np.pi * (i - j) / 4) ** 2)
            )
    x = np.column_stack([older, newer, ~(older | newer)]).astype(float)
    inverse = np.linalg.inv(covariance)
    of_means = np.linalg.inv(x.T @ inverse @ x)
    means = of_means @ x.T @ inverse @ y
    change, error = means[1] - means[0], np.sqrt(of_means[0, 0] + of_means[1, 1] - 2 * of_means[0, 1])
    share = hits.sum() / size.sum()
    slope = 2 * np.sqrt(share * (1 - share))
    assert found is not None and found.by_season
    assert found.change == pytest.approx(slope * change)
    assert found.chance == pytest.approx(min(1, 2.5 * 2 * norm.sf(abs(change) / error)))
    assert (found.low, found.high) == pytest.approx(
        (slope * (change - 2.326348 * error), slope * (change + 2.326348 * error)), abs=1e-7
    )


def test_the_evidence_of_a_step_is_a_ratio_of_likelihoods(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_SPREADS": (0.0, 0.03), "_MEMORIES": (0.0,), "_SEASONS": (0.0,)}.items():
        monkeypatch.setattr(shifts, name, value)
    shifts._roots.cache_clear()
    hits, size = np.array([30, 28, 31, 52, 49, 47, 50]), np.full(7, 100)
    found = lasting_change(hits, size, np.array([1, 2, 3, 1, 2, 3, 1]), year=3)
    shifts._roots.cache_clear()
    y = np.arcsin(np.sqrt((hits + 3 / 8) / (size + 3 / 4)))

    def likelihood(spread: float, step: np.ndarray | None) -> float:
        """With a level that may be anything: a normal of very large variance."""
        covariance = np.eye(7) * (1 / 402 + spread**2) + 1e4
        if step is not None:
            covariance += 0.06**2 * np.outer(step, step)
        return float(multivariate_normal(np.zeros(7), covariance).logpdf(y))

    without = np.exp([likelihood(spread, None) for spread in (0.0, 0.03)]).mean()
    steps = [np.arange(7) >= at for at in (3, 4)]
    with_step = [np.exp([likelihood(spread, step.astype(float)) for spread in (0.0, 0.03)]).mean() for step in steps]
    assert found is not None and found.at == 3
    assert found.p == pytest.approx(min(1, 0.2 / (np.mean(with_step) / without)), rel=1e-3)


def test_without_two_years_of_a_season_nothing_lasts() -> None:
    hits, size = np.repeat([300, 200], 6), np.full(12, 1000)
    assert lasting_change(hits, size, MONTHS[:12]) is None
    found = shift(hits, size, np.arange(12) < 6, np.arange(12) >= 6, MONTHS[:12])
    assert found is not None and not found.by_season


def test_too_little_to_tell() -> None:
    assert shift([1, 2], [9, 9], [True, False], [False, True]) is None
    assert shift([0] * 9, [9] * 9, [True] * 5 + [False] * 4, [False] * 5 + [True] * 4) is None
    assert shift([3] * 9, [9] * 9, [True] * 9, [False] * 9) is None
    assert lasting_change([1] * 5, [9] * 5, [1, 2, 1, 2, 1], 2) is None
    assert lasting_change([9] * 9, [9] * 9, [1, 2, 3] * 3, 3) is None
    assert lasting_change([], []) is None


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=8, max_size=16))
def test_a_change_lies_within_its_interval_and_turns_round_with_time(cohorts: list[tuple[int, int]]) -> None:
    size = np.array([n for n, _x in cohorts])
    hits = np.minimum([x for _n, x in cohorts], size)
    newer = np.arange(len(size)) >= len(size) - 3
    found = shift(hits, size, ~newer, newer)
    back = shift(hits, size, newer, ~newer)
    if found is None or back is None:
        return
    assert found.low <= found.change <= found.high
    assert 0 <= found.chance <= 1
    assert (back.change, back.low) == pytest.approx((-found.change, -found.high), abs=1e-6)
