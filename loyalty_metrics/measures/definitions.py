"""Retention by other definitions, and which of their choices moves the number by how much.

A definition is a handful of choices. Going from one to another, the choices are switched one at a time in the order of
`CHOICES`; what the number gains at each switch is that choice's contribution, and the contributions add up to the whole
difference. In another order they would be split otherwise; only the first and the last number would not change.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from loyalty_metrics.scope import CLOCKS, CRITERIA, REFUNDS, ROLLING_DAYS, Scope

CHOICES: dict[str, tuple[str, ...]] = {
    "entry": ("first_ever", "in_view"),
    "event": ("occasion", "order"),
    "refunds": REFUNDS,
    "clock": CLOCKS,
    "criterion": CRITERIA,
    "cells": ("complete", "begun"),
    "out_of": ("whole_cohort", "previous"),
    "averaged": ("pooled", "mean"),
}
"""The choices in the order in which they are switched, with what they may be; the product's own stand first."""

_IN_SCOPE = ("refunds", "clock", "criterion")
_FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC"}

Counts = Callable[[Scope], pd.DataFrame]
"""The measure `retention_definitions` under a scope."""


@dataclass(frozen=True)
class Definition:
    """How retention is counted.

    Attributes:
        entry: Cohorts by the first purchase ever, or by the first within filters and window.
        event: A purchase is a purchase occasion, or any order.
        refunds: As in the scope.
        clock: As in the scope.
        criterion: As in the scope.
        cells: Only periods that are over for every member of a cohort (`complete`), or all that have begun.
        out_of: The share is of the cohort, or of those retained one period before.
        averaged: Customers of all cohorts are added up (`pooled`), or the cohorts' shares are averaged (`mean`).
    """

    entry: str = "first_ever"
    event: str = "occasion"
    refunds: str = "restate"
    clock: str = "calendar"
    criterion: str = "exact"
    cells: str = "complete"
    out_of: str = "whole_cohort"
    averaged: str = "pooled"

    @classmethod
    def of(cls, scope: Scope) -> "Definition":
        """The product's own, with the counting rules that a scope sets."""
        return cls(refunds=scope.refunds, clock=scope.clock, criterion=scope.criterion)

    def scope(self, scope: Scope) -> Scope:
        """The scope that asks for this definition's counts."""
        return scope.replace(**{name: getattr(self, name) for name in _IN_SCOPE})


PRESETS: dict[str, dict[str, str]] = {
    "shopify": {"event": "order", "cells": "begun"},
    "ga4": {"entry": "in_view", "event": "order", "cells": "begun"},
    "mixpanel": {"entry": "in_view", "event": "order", "clock": "rolling", "criterion": "on_or_after"},
    "amplitude": {"entry": "in_view", "event": "order", "clock": "rolling"},
    "posthog": {"entry": "in_view", "event": "order", "averaged": "mean"},
}
"""What other tools count, as documented (docs/definitions.md says where); only what differs from the product's own."""


def preset(name: str) -> Definition:
    """The definition of another tool."""
    return Definition(**PRESETS[name])


def cells_of(counts: pd.DataFrame, definition: Definition, scope: Scope) -> pd.DataFrame:
    """The cohort table by a definition.

    Args:
        counts: The measure `retention_definitions` under the definition's scope.
        definition: The definition.
        scope: That scope, with its as-of date known.

    Returns:
        One row a cohort and age that has begun: cohort, age, state, size (what the share is of), retained, retention.
    """
    mine = counts[(counts["entry"] == definition.entry) & (counts["event"] == definition.event)]
    columns = ["cohort", "age", "state", "size", "retained", "retention"]
    if mine.empty:
        return pd.DataFrame(columns=columns)
    cohorts = mine.groupby("cohort")[["size", "first_entry", "last_entry"]].first().sort_index()
    begins, over = _spans(cohorts, _oldest(cohorts, definition, scope), definition.clock, scope)
    as_of = np.datetime64(str(scope.as_of), "D")
    retained = _retained(mine, cohorts, begins.shape[1], definition.criterion)
    size = np.repeat(cohorts["size"].to_numpy("float64")[:, None], begins.shape[1], axis=1)
    if definition.out_of == "previous":
        size[:, 1:] = retained[:, :-1]
    begun = begins <= as_of
    at, age = np.nonzero(begun)
    frame = pd.DataFrame(
        {
            "cohort": cohorts.index[at],
            "age": age,
            "state": np.where(over <= as_of, "complete", "in_progress")[begun],
            "size": size[begun],
            "retained": retained[begun],
        }
    )
    return frame.assign(retention=frame["retained"] / frame["size"].where(frame["size"] > 0))


def share_at(cells: pd.DataFrame, definition: Definition, age: int) -> float:
    """All cohorts' retention at an age, by a definition; NaN where it cannot be told."""
    used = cells[(cells["age"] == age) & cells["retention"].notna()]
    if definition.cells == "complete":
        used = used[used["state"] == "complete"]
    if used.empty:
        return np.nan
    if definition.averaged == "mean":
        return float(used["retention"].mean())
    return float(used["retained"].sum() / used["size"].sum())


def steps(counts: Counts, scope: Scope, own: Definition, other: Definition, age: int) -> pd.DataFrame:
    """From one definition to the other, switching one choice at a time.

    Returns:
        One row a choice that differs, in the order of `CHOICES`: choice, was, becomes, share after the switch, and
        contribution: what the share gained by it.
    """
    rows, now = [], own
    share = _share(counts, scope, now, age)
    for choice, becomes in asdict(other).items():
        was = getattr(now, choice)
        if was != becomes:
            now = replace(now, **{choice: becomes})
            after = _share(counts, scope, now, age)
            rows.append((choice, was, becomes, after, after - share))
            share = after
    return pd.DataFrame(rows, columns=["choice", "was", "becomes", "share", "contribution"])


def side_by_side(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The same cells by two definitions, with the difference; a cell that only one of them has stands alone."""
    names = ["cohort", "age"]
    both = one.merge(other, on=names, how="outer", suffixes=("_own", "_other")).sort_values(names)
    return both.assign(difference=both["retention_other"] - both["retention_own"]).reset_index(drop=True)


def _share(counts: Counts, scope: Scope, definition: Definition, age: int) -> float:
    asked = definition.scope(scope)
    return share_at(cells_of(counts(asked), definition, asked), definition, age)


def _oldest(cohorts: pd.DataFrame, definition: Definition, scope: Scope) -> int:
    """The highest age any customer has reached."""
    if definition.clock == "rolling":
        days = (pd.Timestamp(str(scope.as_of)) - cohorts["first_entry"].min()).days
        return days // ROLLING_DAYS[scope.grain]
    frequency = _FREQUENCIES[scope.grain]
    return (pd.Period(str(scope.as_of), frequency) - pd.Period(cohorts.index[0], frequency)).n


def _spans(cohorts: pd.DataFrame, oldest: int, clock: str, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """For each cohort and age: the day on which the first member's period begins, and the last member's ends."""
    ages = np.arange(oldest + 2)
    periods = pd.PeriodIndex(cohorts.index, freq=_FREQUENCIES[scope.grain])
    if clock == "calendar":
        starts = np.array([(periods + int(age)).start_time.to_numpy("datetime64[D]") for age in ages]).T
        return starts[:, :-1], starts[:, 1:] - np.timedelta64(1, "D")
    steps = (ages * ROLLING_DAYS[scope.grain]).astype("timedelta64[D]")
    begins = cohorts["first_entry"].to_numpy("datetime64[D]")[:, None] + steps[:-1]
    over = cohorts["last_entry"].to_numpy("datetime64[D]")[:, None] + steps[1:] - np.timedelta64(1, "D")
    # Until the period of entry is over, somebody may still join the cohort.
    return begins, np.maximum(over, periods.end_time.to_numpy("datetime64[D]")[:, None])


def _retained(mine: pd.DataFrame, cohorts: pd.DataFrame, ages: int, criterion: str) -> np.ndarray:
    """Customers retained, by cohort and age."""
    column = {"exact": "bought", "on_or_after": "bought_last", "cumulative": "came_back"}[criterion]
    grid = np.zeros((len(cohorts), ages))
    places = cohorts.index.get_indexer(pd.Index(mine["cohort"]))
    np.add.at(grid, (places, mine["age"].to_numpy("int64")), mine[column].to_numpy("float64"))
    if criterion == "cumulative":
        return grid.cumsum(axis=1)
    if criterion == "on_or_after":
        grid = grid[:, ::-1].cumsum(axis=1)[:, ::-1]
    grid[:, 0] = cohorts["size"].to_numpy("float64")
    return grid
