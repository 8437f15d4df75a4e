"""The elasticity is that of least squares with dummies, and its interval holds the truth as often as it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.stats.elasticity import ESTIMATED, FEW_ITEMS, FEWEST_ITEMS, MOVE_TOGETHER, elasticity
from tests.oracles.prices import by_dummies


def shop(seed: int, items: int = 25, weeks: int = 30, true: float = -2.0, kept: float = 0.9):
    """Weekly prices and units of items; demand grows, prices with it, and items have luck of their own for weeks."""
    rng = np.random.default_rng(seed)
    item, week = (grid.ravel() for grid in np.meshgrid(np.arange(items), np.arange(weeks), indexing="ij"))
    seen = rng.random(len(item)) < kept
    item, week = item[seen], week[seen]
    price = np.exp(rng.normal(2, 0.5, items)[item] + 0.01 * week + rng.choice([0, -0.25], len(item), p=[0.8, 0.2]))
    luck = rng.normal(0, 0.3, (items, weeks // 5 + 1))[item, week // 5] + rng.normal(0, 0.2, len(item))
    units = np.exp(rng.normal(4, 1, items)[item] + 0.05 * week + true * np.log(price) + luck)
    return item, week, price, units


@pytest.mark.parametrize("seed", range(4))
def test_equals_least_squares_with_dummies(seed: int) -> None:
    cells = shop(seed, items=12 + seed, weeks=20)
    found = elasticity(*cells)
    assert found.state == ESTIMATED and found.items == 12 + seed and found.cells == len(cells[0])
    np.testing.assert_allclose((found.value, found.low, found.high), by_dummies(*cells), rtol=1e-7)


def test_the_interval_holds_the_truth_19_times_in_20() -> None:
    found = [elasticity(*shop(seed)) for seed in range(300)]
    held = np.mean([one.low <= -2 <= one.high for one in found])
    assert 0.91 <= held <= 0.985
    assert np.mean([one.value for one in found]) == pytest.approx(-2, abs=0.05)


def test_without_effects_of_weeks_growth_would_pass_for_reaction() -> None:
    """Why weeks have effects: prices that rise while the shop grows would hide the reaction."""
    item, week, price, units = shop(1)
    x, y = (
        v - np.array([v[item == i].mean() for i in range(item.max() + 1)])[item] for v in (np.log(price), np.log(units))
    )
    assert (x @ y) / (x @ x) > -1
    assert elasticity(item, week, price, units).high < -1.5


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.001, 1000), seed=st.integers(0, 50))
def test_all_prices_and_all_units_times_a_constant_change_nothing(factor: float, seed: int) -> None:
    item, week, price, units = shop(seed, items=11, weeks=12)
    one, other = elasticity(item, week, price, units), elasticity(item, week, price * factor, units / factor)
    np.testing.assert_allclose((one.value, one.low, one.high), (other.value, other.low, other.high), rtol=1e-6)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50))
def test_neither_the_order_of_cells_nor_the_names_of_items_matter(seed: int) -> None:
    cells = shop(seed, items=11, weeks=12)
    mixed = np.random.default_rng(seed).permutation(len(cells[0]))
    item, week, price, units = (values[mixed] for values in cells)
    other = elasticity(np.array([f"z{99 - n}" for n in item]), week, price, units)
    assert other.value == pytest.approx(elasticity(*cells).value, rel=1e-8)


def test_declines_with_its_reason() -> None:
    assert elasticity(*shop(1, items=FEWEST_ITEMS - 1)).state == FEW_ITEMS
    item, week, _price, units = shop(1)
    still = elasticity(item, week, np.full(len(item), 5.0), units)
    assert (still.state, still.items) == (FEW_ITEMS, 0) and np.isnan(still.value)
    together = elasticity(item, week, np.exp(0.1 * (week % 3)), units)
    assert together.state == MOVE_TOGETHER and np.isnan(together.low)
    nothing = elasticity(*(np.array([], kind) for kind in ("str", "datetime64[D]", float, float)))
    assert (nothing.state, nothing.items, nothing.cells) == (FEW_ITEMS, 0, 0)
