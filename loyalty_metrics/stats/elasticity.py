"""How much less is bought of what is dearer, item by item and week by week."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from loyalty_metrics.stats.histogram import FloatArray

FEWEST_ITEMS = 10
LEAST_MOVE = 0.05
"""Items count whose highest price is at least this much above the lowest."""

ESTIMATED, FEW_ITEMS, MOVE_TOGETHER = "estimated", "few_items", "move_together"

_CLOSE, _MOST_SWEEPS = 1e-12, 2_000
_OWN_MOVES = 1e-3
"""Of the variance of prices within items, at least this part must be the item's own and not the week's."""


@dataclass(frozen=True)
class Elasticity:
    """An own-price elasticity with its 95% interval; NaN where the state is not `estimated`."""

    state: str
    items: int
    cells: int
    value: float = np.nan
    error: float = np.nan
    low: float = np.nan
    high: float = np.nan


def elasticity(item: np.ndarray, week: np.ndarray, price: FloatArray, units: FloatArray) -> Elasticity:
    """Least squares of log units on log price with an effect for each item and each week.

    Args:
        item: Which item, of each cell; any values.
        week: Which week.
        price: Price paid for a unit, above zero.
        units: Units sold, above zero.

    Returns:
        The elasticity. Its error allows for cells of one item being alike: CR1, items / (items - 1) * (cells - 1) /
        (cells - slopes), where the effects of weeks count as slopes and those of items, nested in the clusters, do not.
        Its interval is Student's with items - 1 degrees of freedom.

    Source:
        Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human
        Resources 50, 317-372.
    """
    _names, item = np.unique(item, return_inverse=True)
    highest, lowest = (f(price, item) for f in (_most, _least))
    moves = highest >= (1 + LEAST_MOVE) * lowest
    kept = moves[item] if len(item) else np.zeros(0, bool)
    items, cells = int(moves.sum()), int(kept.sum())
    if items < FEWEST_ITEMS:
        return Elasticity(FEW_ITEMS, items, cells)
    _names, item = np.unique(item[kept], return_inverse=True)
    _days, week = np.unique(week[kept], return_inverse=True)
    x, y = np.log(price[kept]), np.log(units[kept])
    own_x, own_y = _without_effects(x, item, week), _without_effects(y, item, week)
    within = ((x - _means(x, item)[item]) ** 2).sum()
    squares = float(own_x @ own_x)
    slopes = 1 + week.max() + 1
    if squares < _OWN_MOVES * within or cells <= slopes + items:
        return Elasticity(MOVE_TOGETHER, items, cells)
    value = float(own_x @ own_y / squares)
    scores = np.bincount(item, own_x * (own_y - value * own_x))
    correction = items / (items - 1) * (cells - 1) / (cells - slopes)
    error = float(np.sqrt(correction * (scores @ scores)) / squares)
    reach = float(stdtrit(items - 1, 0.975)) * error
    return Elasticity(ESTIMATED, items, cells, value, error, value - reach, value + reach)


def _most(values: FloatArray, group: np.ndarray) -> FloatArray:
    found = np.full(group.max(initial=-1) + 1, -np.inf)
    np.maximum.at(found, group, values)
    return found


def _least(values: FloatArray, group: np.ndarray) -> FloatArray:
    return -_most(-values, group)


def _means(values: FloatArray, group: np.ndarray) -> FloatArray:
    return np.asarray(np.bincount(group, values) / np.bincount(group))


def _without_effects(values: FloatArray, item: np.ndarray, week: np.ndarray) -> FloatArray:
    """What is left when the means of items and of weeks are taken out in turns, until nothing changes."""
    left = values - values.mean()
    for _sweep in range(_MOST_SWEEPS):
        before = left
        left = left - _means(left, item)[item]
        left = left - _means(left, week)[week]
        if np.abs(left - before).max() < _CLOSE:
            break
    return left - _means(left, item)[item]
