"""Who works where and when: long stays in three shops and at the service desk, short ones at Riverside."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .catalogue import RIVERSIDE, STORES
from .seasons import DATES, DAYS

POSITIONS = 5
_NAMES = "Byrne Nowak Silva Okafor Tran Lin Murphy Dubois Keller Rossi Haddad Kaya Novak Larsen Pham Ortiz"
_NEVER = 10**6


@dataclass
class Roster:
    """The staff table and who holds each position on each day.

    Attributes:
        table: The staff table.
        holder: Staff number by store, position and day; -1 while vacant.
    """

    table: pd.DataFrame
    holder: np.ndarray

    def on_duty(self, store: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Staff key of somebody employed in each store on each day; None if every position is vacant."""
        chosen = np.full(len(store), -1)
        position = rng.integers(0, POSITIONS, len(store))
        for shift in range(POSITIONS):
            candidate = self.holder[store, (position + shift) % POSITIONS, day]
            chosen = np.where(chosen < 0, candidate, chosen)
        return np.array([f"S{number + 1:02d}" if number >= 0 else None for number in chosen], dtype=object)


def _stints(store: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """First and last day (day numbers) of those who hold one position one after the other."""
    mean = 170 if store == RIVERSIDE else 1300
    begin = -int(rng.integers(20, 160 if store == RIVERSIDE else 1400))
    stints = []
    while begin < DAYS - 20:
        end = max(begin, 0) + 25 + int(rng.exponential(mean))
        stints.append((begin, end if end < DAYS else _NEVER))
        begin = end + int(rng.integers(3, 25))
    return stints


def hire(rng: np.random.Generator) -> Roster:
    """Fill every position of every store over the whole period."""
    rows, holder = [], np.full((len(STORES), POSITIONS, DAYS), -1)
    for store in range(len(STORES)):
        for position in range(POSITIONS):
            for begin, end in _stints(store, rng):
                holder[store, position, max(begin, 0) : min(end + 1, DAYS)] = len(rows)
                rows.append((store, begin, end))
    store, begin, end = (np.array(column) for column in zip(*rows, strict=True))
    families = rng.permutation(_NAMES.split() * (len(rows) // 16 + 1))[: len(rows)]
    initials = rng.choice(list("ABCDEFGHJKLMNPRSTV"), len(rows))
    ends = np.datetime_as_string(DATES[0] + np.minimum(end, DAYS).astype("timedelta64[D]"))
    table = pd.DataFrame(
        {
            "staff_id": [f"S{number + 1:02d}" for number in range(len(rows))],
            "name": [f"{initial}. {family}" for initial, family in zip(initials, families, strict=True)],
            "store": STORES[store],
            "team": np.where(store == len(STORES) - 1, "service desk", "counter"),
            "joined_on": DATES[0] + begin.astype("timedelta64[D]"),
            "left_on": np.where(end < _NEVER, ends.astype("datetime64[D]"), np.datetime64("NaT")),
            "satisfaction": np.round(np.where(store == RIVERSIDE, 5.1, 7.6) + rng.normal(0, 0.9, len(rows)), 1).clip(
                1, 10
            ),
        }
    )
    return Roster(table, holder)
