"""Customers with groups planted in them, and customers without any: what looking for groups is tried on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

Rows = np.ndarray
DAYS = 730


@dataclass(frozen=True)
class Habits:
    """How the customers of one group buy; each customer's own habits differ around these.

    Attributes:
        gap: Days between purchases.
        gap_spread: Of the logarithm of a customer's own mean gap.
        steadiness: 1 is a Poisson process; more is more like clockwork.
        basket: Money each time.
        discount: Share of orders on discount.
        variety: Share of purchases of another category than before.
        shop: Share of orders through the main channel.
        own: How alike customers of the group are in their shares: beta(own * share, own * (1 - share)).
        leaves_after: Days until a customer leaves, on average; None stays.
    """

    gap: float
    basket: float
    gap_spread: float = 0.35
    steadiness: float = 1.0
    discount: float = 0.15
    variety: float = 0.5
    shop: float = 0.5
    own: float = 20.0
    leaves_after: float | None = None


REGULARS = Habits(gap=10, basket=15, steadiness=8, discount=0.05, shop=0.9)
BARGAINS = Habits(gap=35, basket=40, discount=0.85, variety=0.8, shop=0.1)
TREATS = Habits(gap=110, basket=400, discount=0.05, variety=0.1, shop=0.5)


def behaviour(rng: np.random.Generator, habits: list[Habits], group: Rows, entries: float = DAYS - 180) -> pd.DataFrame:
    """How so many customers behaved in two years, in the columns of the model `customer_behaviour`.

    Args:
        rng: Draws.
        habits: Of each group.
        group: Of each customer.
        entries: Days over which customers came.
    """
    rows = [_customer(rng, habits[g], DAYS - rng.uniform(0, entries)) for g in group]
    frame = pd.DataFrame(rows).assign(
        customer_id=[f"C{n}" for n in range(len(rows))], main_channel="shop", second_channel=None
    )
    return frame.assign(returned_orders=0, second_channel_orders=0, orders_placed=frame["frequency"])


def _customer(rng: np.random.Generator, habits: Habits, old: float) -> dict[str, float]:
    gap = habits.gap * np.exp(habits.gap_spread * rng.standard_normal())
    stays = min(old, rng.exponential(habits.leaves_after)) if habits.leaves_after else old
    days = [0.0]
    while days[-1] < stays:
        days.append(days[-1] + gap * rng.gamma(habits.steadiness) / habits.steadiness)
    when = np.unique(np.floor(days[:-1] or [0.0]))
    gaps = np.diff(when)
    pairs = np.abs(np.diff(gaps)) / (gaps[1:] + gaps[:-1])
    n = len(when)
    share = {name: rng.beta(habits.own * p, habits.own * (1 - p)) for name, p in _shares(habits).items()}
    basket = habits.basket * np.exp(0.4 * rng.standard_normal() + 0.3 * rng.standard_normal(n)).mean()
    return {
        "recency_days": np.floor(old) - when[-1],
        "frequency": n,
        "basket": basket,
        "monetary": basket * n,
        "gap_pairs": len(pairs),
        "unevenness": pairs.mean() if len(pairs) else 0.0,
        "category_pairs": n - 1,
        "category_changes": rng.binomial(n - 1, share["variety"]),
        "orders_of_known_price": n,
        "discounted_orders": rng.binomial(n, share["discount"]),
        "orders_of_known_channel": n,
        "main_channel_orders": rng.binomial(n, share["shop"]),
    }


def _shares(habits: Habits) -> dict[str, float]:
    return {"variety": habits.variety, "discount": habits.discount, "shop": habits.shop}


def _centres(rng: np.random.Generator, k: int, p: int, apart: float) -> Rows:
    while True:
        found = rng.uniform(-1, 1, (k, p)) * apart * max(1, k / 3)
        if np.linalg.norm(found[:, None] - found[None], axis=2)[np.triu_indices(k, 1)].min() >= apart:
            return found


def _drawn(rng: np.random.Generator, n: int, unequal: bool = False) -> tuple[Rows, Rows, Rows]:
    """Standard normal rows, the group of each, and the centres of the groups."""
    k, p = int(rng.integers(2, 6)), int(rng.integers(4, 8))
    sizes = 0.25 / k + 0.75 * (rng.dirichlet(np.full(k, 2.0)) if unequal else np.full(k, 1 / k))
    return rng.standard_normal((n, p)), rng.choice(k, n, p=sizes), _centres(rng, k, p, 5.5)


def spherical(rng: np.random.Generator, n: int) -> tuple[Rows, Rows]:
    """Two to five round groups in four to seven traits, centres 5.5 standard deviations apart or more."""
    rows, group, centres = _drawn(rng, n)
    return _standard(rows + centres[group]), group


def unequal(rng: np.random.Generator, n: int) -> tuple[Rows, Rows]:
    """The same with one group up to ten times as large as another."""
    rows, group, centres = _drawn(rng, n, unequal=True)
    return _standard(rows + centres[group]), group


def correlated(rng: np.random.Generator, n: int) -> tuple[Rows, Rows]:
    """Groups of different widths, stretched up to seven times as long as thick and turned."""
    rows, group, centres = _drawn(rng, n)
    for g in range(len(centres)):
        rows[group == g] *= rng.uniform(0.6, 1.3, rows.shape[1])
    turned = np.linalg.qr(rng.standard_normal((rows.shape[1],) * 2))[0]
    return _standard((rows + centres[group]) * rng.uniform(0.3, 2.0, rows.shape[1]) @ turned), group


def noise(rng: np.random.Generator, n: int) -> tuple[Rows, Rows]:
    """Round groups with four traits more that say nothing."""
    rows, group, centres = _drawn(rng, n)
    return _standard(np.column_stack([rows + centres[group], rng.standard_normal((n, 4))])), group


def _standard(rows: Rows) -> Rows:
    return np.clip((rows - np.median(rows, 0)) / rows.std(0), -5, 5)


def gaussian(rng: np.random.Generator, n: int) -> Rows:
    """One cloud with correlated traits."""
    p = int(rng.integers(3, 9))
    return _standard(rng.standard_normal((n, p)) @ rng.standard_normal((p, p)))


def log_normal(rng: np.random.Generator, n: int) -> Rows:
    """One correlated log-normal cloud, on its raw scale: skewed, with far outliers."""
    p = int(rng.integers(3, 9))
    return _standard(np.exp(rng.standard_normal((n, p)) @ rng.standard_normal((p, p)) / np.sqrt(p)))


def uniform(rng: np.random.Generator, n: int) -> Rows:
    """A box filled evenly."""
    return _standard(rng.uniform(size=(n, int(rng.integers(3, 9)))))


def three_habits(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, Rows]:
    """Buyers of three kinds, money heavy-tailed."""
    group = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    return behaviour(rng, [REGULARS, BARGAINS, TREATS], group), group


def two_habits(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, Rows]:
    """Buyers of two kinds."""
    group = rng.choice(2, n, p=[0.7, 0.3])
    return behaviour(rng, [REGULARS, BARGAINS], group), group


def one_habit(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Gamma-Poisson-like buyers: rates, baskets and shares all differ, none in groups."""
    return behaviour(rng, [Habits(gap=120, gap_spread=1.2, basket=40, own=4)], np.zeros(n, np.int64))


def passing(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """As CDNOW: all came within twelve weeks, many left at once, half bought only once."""
    habits = Habits(gap=90, gap_spread=1.0, basket=35, own=4, leaves_after=150)
    return behaviour(rng, [habits], np.zeros(n, np.int64), entries=84)


PLANTED_ROWS: tuple[Callable, ...] = (spherical, unequal, correlated, noise)
PLANTED_BUYERS: tuple[Callable, ...] = (two_habits, three_habits)
PLAIN_ROWS: tuple[Callable, ...] = (gaussian, log_normal, uniform)
PLAIN_BUYERS: tuple[Callable, ...] = (one_habit, passing)
