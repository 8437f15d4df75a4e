"""The edge of the data: the rule read plainly, customer by customer, and how often it is right on made shops."""

import numpy as np
import pytest

from loyalty_metrics.stats.edge import Edge, edge_of, newcomers_alone


def lived(
    seed: int,
    months: int = 24,
    opened: bool = False,
    newcomers: float = 150.0,
    lasting: float = 12.0,
    rate: float = 0.35,
    season: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Who came in which month, one row a customer seen, and the month in which each truly came first.

    Rates are gamma-distributed, lives end at random.
    """
    rng = np.random.default_rng(seed)
    swing = 1 + season * np.sin(2 * np.pi * (np.arange(-60, months) + rng.integers(12)) / 12)
    warm_up = 0 if opened else 60
    came_in = np.arange(-warm_up, months)
    first = np.repeat(came_in, rng.poisson(newcomers * swing[60 - warm_up :]))
    rates, life = rng.gamma(1.0, rate, len(first)), rng.geometric(1 / lasting, len(first))
    month = np.arange(months)
    there = (month > first[:, None]) & (month < first[:, None] + life[:, None])
    came = there & (rng.random(there.shape) < 1 - np.exp(-rates[:, None] * swing[60:]))
    new = np.flatnonzero(first >= 0)
    came[new, first[new]] = True
    seen = came.any(axis=1)
    return came[seen], first[seen]


def made(seed: int, **how: float | bool) -> np.ndarray:
    """Who came in which month, as `lived` makes it."""
    return lived(seed, **how)[0]  # type: ignore[arg-type]


def counted(came: np.ndarray) -> np.ndarray:
    """By month, months since the last before and months ahead, as the database counts them."""
    months = came.shape[1]
    counts = np.zeros((months, months, months))
    for row in came:
        active = np.flatnonzero(row)
        for place, month in enumerate(active):
            gap = month - active[place - 1] if place else 0
            for later in active[place:]:
                counts[month, gap, later - month] += 1
    return counts


def read_plainly(came: np.ndarray) -> tuple[list[float], list[float]]:
    """How many of each month's newcomers are old, and the first evidence; the tail left at its definition."""
    months = came.shape[1]
    late = -(-months // 2)
    active = came.sum(axis=0)
    gaps: dict[int, int] = {}
    at_risk: dict[int, int] = {}
    for gap in range(1, months):
        counted_in = [month for month in range(months) if month >= max(gap, late)]
        at_risk[gap] = int(sum(active[month] for month in counted_in))
        gaps[gap] = sum(
            bool(row[month] and row[month - gap] and not row[month - gap + 1 : month].any())
            for row in came
            for month in counted_in
        )
    share = {gap: gaps[gap] / at_risk[gap] if at_risk[gap] else 0.0 for gap in gaps}
    fitted = [gap for gap in share if months / 3 <= gap <= months - 3 and share[gap] > 0]
    tail = 0.0
    if sum(gaps[gap] for gap in fitted) >= 20:
        weights = np.sqrt([gaps[gap] for gap in fitted])
        design = np.column_stack([np.ones(len(fitted)), fitted]) * weights[:, None]
        level, slope = np.linalg.lstsq(design, np.log([share[gap] for gap in fitted]) * weights, rcond=None)[0]
        ratio = min(np.exp(slope), 0.9)
        tail = min(
            np.exp(level + slope * months) / (1 - ratio), 1.5 * sum(share[g] for g in share if g >= 2 * months / 3)
        )
    old = [active[k] * (sum(share[gap] for gap in share if gap > k) + tail) for k in range(months)]
    new = [int((came.argmax(axis=1) == month).sum()) for month in range(months)]
    told = []
    for k in range(min(2, late - 1) + 1):
        z = [
            np.log(seen[k] / np.median(seen[late:])) / np.sqrt(1 / 16 + 1 / seen[k])
            for seen in (np.array(new, float), active.astype(float))
        ]
        told.append(np.log(1 + z[0] ** 2 / 3) - np.log(1 + z[1] ** 2 / 3))
    return old, [float(np.clip(4 * np.mean(told), -4, 4))]


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "mid_life"])
def test_the_old_among_the_newcomers_are_those_of_the_rule(opened: bool) -> None:
    came = made(3, months=14, opened=opened, newcomers=40)
    old, _levels = read_plainly(came)
    np.testing.assert_allclose(edge_of(counted(came)).old, old, rtol=1e-9)


def outcomes(shops: int, **how: float | bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for seed in range(shops):
        outcome = edge_of(counted(made(seed, **how))).outcome
        found[outcome] = found.get(outcome, 0) + 1
    return found


@pytest.mark.parametrize("months", [12, 24])
def test_mid_life_is_told_from_an_opening(months: int) -> None:
    in_mid_life = outcomes(12, months=months)
    assert in_mid_life.get("opened", 0) == 0 and in_mid_life["mid_life"] >= 11
    opened = outcomes(12, months=months, opened=True)
    assert opened.get("mid_life", 0) == 0 and opened.get("opened", 0) >= 9


def test_the_share_of_old_customers_is_near_the_truth() -> None:
    """In mid-life: who looks new in month k but came in the warm-up."""
    errors = []
    for seed in range(6):
        came, first = lived(seed)
        looks_new = came.argmax(axis=1)
        true = [np.mean(first[looks_new == k] < 0) for k in range(12)]
        errors.append(np.abs(edge_of(counted(came)).share[:12] - true).mean())
    assert np.mean(errors) < 0.05


def test_few_months_are_asked_about() -> None:
    assert edge_of(counted(made(1, months=5))).outcome == "ask"
    extract = made(1, months=12, opened=True)
    assert edge_of(counted(extract[extract[:, :2].any(axis=1)])).outcome == "ask", "one cohort, and no newcomers later"


def test_one_time_buyers_hardly_matter() -> None:
    once = np.eye(12, dtype=bool)[np.random.default_rng(2).integers(0, 12, 2000)]
    assert edge_of(counted(once)).outcome == "no_matter"


def test_reach_is_where_the_share_stays_below() -> None:
    nothing = np.zeros(6)
    edge = Edge("mid_life", nothing, np.array([0.8, 0.4, 0.09, 0.12, 0.04, np.nan]), nothing, 5.0, nothing, nothing)
    assert [edge.reach(bound) for bound in (0.5, 0.1, 0.05, 0.9)] == [1, 4, 4, 0]


def test_the_newcomers_alone_are_corrected_within_their_limits() -> None:
    """By hand: 100 look new, 20 of them old; 40 came back, of the old a half."""
    old_returns = np.full((9, 9), 0.5)
    share = np.array([0.8, 0.2, 0.04, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3])
    edge = Edge("mid_life", np.full(9, 20.0), share, np.full(9, 2.0), 5.0, old_returns, np.full((9, 9), 0.05))
    found = newcomers_alone(edge, np.full(9, 100.0), np.full(9, 40.0), 1)
    assert np.isnan(found.share[[0, 2]]).all(), "mostly returning customers, and hardly any"
    assert found.share[1] == pytest.approx((40 - 10) / 80)
    g = (30 + 2) / 84
    variance = 40 * (1 - g) ** 2 + 60 * g**2 + (0.5 - g) ** 2 * 4 + 400 * 0.0025
    assert found.error[1] == pytest.approx(variance**0.5 / 80)
    few = newcomers_alone(edge, np.full(9, 45.0), np.full(9, 10.0), 1)
    assert np.isnan(few.share).all(), "fewer than thirty true newcomers"
