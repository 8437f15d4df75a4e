"""Shops made at random in which nothing changes, or one planted thing: what is said of them is true or false."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

START = pd.Timestamp("2022-01-01")
WARM_UP = 42
"""Months that a shop whose data begin in mid-life has lived through before."""


@dataclass(frozen=True)
class World:
    """How customers come, buy and leave; gamma-distributed rates, lives that end at random.

    Attributes:
        months: How long the data are.
        newcomers: A month.
        rate: Purchases a month of the average customer.
        life: Months that customers stay, on average.
        opened: Whether the shop opens with its data.
        season: How much newcomers and purchases swing over the year.
        spread: Standard deviation of what a month's newcomers have in common, as a part of their rate.
        memory: How much of that the next month's newcomers share.
        tail: Sigma of the lognormal value of orders.
        fall: The part by which the rate of customers falls who come in the last `fallen` months.
        fallen: See `fall`.
        week: The part by which the last whole week's orders fall.
    """

    months: int = 24
    newcomers: float = 150.0
    rate: float = 0.45
    life: float = 12.0
    opened: bool = True
    season: float = 0.0
    spread: float = 0.0
    memory: float = 0.0
    tail: float = 0.6
    fall: float = 0.0
    fallen: int = 4
    week: float = 0.0


NULL = {
    "opened": World(),
    "mid_life": World(opened=False),
    "seasonal": World(season=0.3, opened=False),
    "overdispersed": World(spread=0.2, memory=0.7),
    "heavy_tailed": World(tail=2.0, opened=False),
    "tiny": World(newcomers=4.0),
}
"""Worlds in which nothing changes."""


def shop(world: World, seed: int) -> pd.DataFrame:
    """The lines of one shop."""
    rng = np.random.default_rng(seed)
    first_month = 0 if world.opened else -WARM_UP
    month = np.arange(first_month, world.months)
    swing = 1 + world.season * np.sin(2 * np.pi * (month + rng.integers(12)) / 12)
    came = rng.poisson(world.newcomers * swing)
    if world.fall and world.newcomers:
        came = np.maximum(came, 1)
    cohort = np.repeat(month, came)
    n = len(cohort)
    quality = 1 + world.spread * _remembered(rng, len(month), world.memory)
    quality[month >= world.months - world.fallen] *= 1 - world.fall
    rate = rng.gamma(1.2, world.rate / 1.2, n) * np.clip(np.repeat(quality, came), 0.1, None)
    begins = cohort + rng.random(n)
    ends = np.minimum(begins + rng.exponential(world.life, n), world.months)
    bought = rng.poisson(rate * (1 + world.season) * (ends - begins))
    who = np.repeat(np.arange(n), bought)
    when = begins[who] + rng.random(len(who)) * (ends - begins)[who]
    place = np.clip(np.floor(when).astype(int) - first_month, 0, len(month) - 1)
    kept = rng.random(len(who)) < swing[place] / (1 + world.season)
    who, when = np.concatenate([np.arange(n), who[kept]]), np.concatenate([begins, when[kept]])
    return _lines(rng, world, who, when, n)


def _remembered(rng: np.random.Generator, n: int, memory: float) -> np.ndarray:
    away = rng.normal(size=n)
    for place in range(1, n):
        away[place] = memory * away[place - 1] + np.sqrt(1 - memory**2) * away[place]
    return away


def _lines(rng: np.random.Generator, world: World, who: np.ndarray, when: np.ndarray, customers: int) -> pd.DataFrame:
    channel = rng.choice(["web", "shop", "app"], customers, p=[0.5, 0.35, 0.15])
    level = rng.lognormal(3.5, 0.4, customers)
    inside = when >= 0
    who, when = who[inside], when[inside]
    lines = pd.DataFrame(
        {
            "customer_id": np.char.add("c", who.astype(str)),
            "ordered_at": START + pd.to_timedelta(np.floor(when * 30.4375 * 24 * 3600), unit="s"),
            "amount": np.round(level[who] * rng.lognormal(0, world.tail, len(who)), 2) + 0.01,
            "channel": channel[who],
            "category": rng.choice(["Beans", "Tea", "Gifts"], len(who)),
        }
    ).sort_values("ordered_at", kind="stable")
    end = lines["ordered_at"].max().normalize()
    monday = end - pd.Timedelta(days=(end.weekday() + 1) % 7 + 6)
    in_week = lines["ordered_at"].between(monday, monday + pd.Timedelta(days=7), inclusive="left")
    lines = lines[~in_week | (rng.random(len(lines)) >= world.week)]
    return lines.assign(order_id=[f"o{number}" for number in range(len(lines))]).reset_index(drop=True)


def planted(**changes: float) -> Callable[[int], pd.DataFrame]:
    """Shops with something planted, by their seed."""
    world = replace(World(), **changes)  # type: ignore[arg-type]
    return lambda seed: shop(world, seed)
