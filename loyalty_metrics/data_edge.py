"""Where the edge of the data ends: what the months tell of it, and what the analyst said of the shop's opening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.registry import Registry
from loyalty_metrics.scope import Scope
from loyalty_metrics.sentences import TWO_SIDED_95
from loyalty_metrics.stats.edge import FEWEST_MONTHS, LITTLE, SOME, Edge, Outcome, edge_of, newcomers_alone

MODEL = "edge_months"
SETTING = "opened_on"
"""The setting with what the analyst said: a day, or `before`; none where nobody said anything."""

BEFORE = "before"
"""Said of a shop that sold before its data begin, nobody knows since when."""

ALL_SETTLED = date.min
"""The day from which cohorts count where the data have no edge."""

MONTHS = ["begins_on", "newcomers", "old", "old_error", "share", "back", "back_alone", "back_low", "back_high"]
"""Columns of what is told of each month."""

_HALF = 0.5
_MOST = 500

_NEARLY_ALL = 7
"""A month of which at most so many days, less one, lie before the edge ends."""


@dataclass(frozen=True)
class DataEdge:
    """The edge of the data of one shop as of a date.

    Attributes:
        begins: First day of the data; None where there are none.
        outcome: `opened`, `mid_life`, `no_matter`, or `ask` where nobody can tell but the analyst.
        said: What the analyst said of the shop's opening: a day, `before`, or None where it is found from the data.
        settled_from: Cohorts and weeks from this day on hold hardly any old customers.
        months: Of each whole month since the data begin: `begins_on`, `newcomers` as they look, `old` among them if the
            data begin in mid-life with its standard error, `share` of them, and `back`, how many were active a month
            later; `back_alone`, `back_low` and `back_high` are the share of true newcomers, where it can be told.
    """

    begins: date | None
    outcome: Outcome
    said: str | None
    settled_from: date
    months: pd.DataFrame


class Edges:
    """The edges of the data that were asked for, each found once for a state of the data, a date and refunds."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._kept: dict[tuple[int, date | None, str], DataEdge] = {}

    def of(self, cursor: Cursor, version: int, scope: Scope, usable: list[str]) -> DataEdge:
        """The edge as of a scope's date.

        Args:
            cursor: On the workspace.
            version: Of the data.
            scope: With its date.
            usable: Stored models that hold for it.
        """
        key = (version, scope.as_of, scope.refunds)
        if key not in self._kept:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = find_edge(cursor, self._registry, usable, scope.parameters())
        return self._kept[key]


def find_edge(cursor: Cursor, registry: Registry, usable: list[str], parameters: Mapping[str, Any]) -> DataEdge:
    """Find the edge of the data as of the date among the parameters.

    Args:
        cursor: On the workspace.
        registry: Of the models.
        usable: Stored models that hold for the parameters.
        parameters: Of a scope.
    """
    begins = cursor.value(registry.compose("data_begins", usable), parameters)
    as_of = parameters["as_of"]
    counted = cursor.frame(registry.compose(MODEL, usable), parameters)
    if begins is None or counted.empty:
        return DataEdge(begins, "ask", None, _after(as_of), pd.DataFrame(columns=MONTHS))
    counts = _array(counted)
    found = edge_of(counts)
    said = said_of(cursor)
    outcome = _said_outcome(said, begins) if said else found.outcome
    months = _table(begins, counts, found, corrects=outcome == "mid_life" and _is_old(said, begins))
    return DataEdge(begins, outcome, said, _settled_from(outcome, found, months["begins_on"], as_of), months)


def said_of(cursor: Cursor) -> str | None:
    """What the analyst said of the shop's opening: a day in ISO format, `before`, or nothing."""
    found = cursor.rows("select value from settings where name = $name", {"name": SETTING})
    return found[0][0] if found else None


def say(cursor: Cursor, opened_on: date | str | None) -> None:
    """Keep what the analyst says of the shop's opening.

    Args:
        cursor: Within a transaction.
        opened_on: The day on which the shop opened, `before` for some day before the data begin, or None to find it
            from the data again.

    Raises:
        LoyaltyError: It is neither.
    """
    cursor.run("delete from settings where name = $name", {"name": SETTING})
    if opened_on is None or opened_on == "":
        return
    text = str(opened_on)[:10]
    if text != BEFORE:
        try:
            text = date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise LoyaltyError(
                f"{text!r} is no day on which a shop opened; write it as YYYY-MM-DD, or {BEFORE!r} where it sold before"
                " its data begin."
            ) from error
    cursor.run("insert into settings values ($name, $value)", {"name": SETTING, "value": text})


def _said_outcome(said: str, begins: date) -> Outcome:
    return "mid_life" if said == BEFORE or date.fromisoformat(said) < begins else "opened"


def _is_old(said: str | None, begins: date) -> bool:
    """Whether a shop had sold for so long that the share of old customers is no mere upper bound."""
    return said in (None, BEFORE) or (begins - date.fromisoformat(str(said))).days >= 365


def _settled_from(outcome: Outcome, found: Edge, begins_on: pd.Series, as_of: date) -> date:
    if outcome in ("opened", "no_matter"):
        return ALL_SETTLED
    if len(found.share) < FEWEST_MONTHS:
        return _after(as_of)
    reach = found.reach(SOME if found.share[0] >= _HALF else LITTLE)
    return _after(as_of) if reach >= len(begins_on) else _month_of(begins_on.iloc[reach].date())


def _month_of(day: date) -> date:
    """The first day of its calendar month, which is left out whole unless nearly all of it lies on or after the day."""
    first = day.replace(day=1)
    return first if day.day <= _NEARLY_ALL else (first + timedelta(days=31)).replace(day=1)


def _after(as_of: date) -> date:
    """A day that no cohort seen by a date can begin on: nothing is settled."""
    return as_of + timedelta(days=1)


def _array(counted: pd.DataFrame) -> np.ndarray:
    months = int(counted["month"].max()) + 1
    counts = np.zeros((months, months, months))
    counts[counted["month"], counted["gap"], counted["ahead"]] = counted["customers"]
    return counts


def _table(begins: date, counts: np.ndarray, edge: Edge, corrects: bool) -> pd.DataFrame:
    months = len(counts)
    starts = [pd.Timestamp(begins) + pd.DateOffset(months=place) for place in range(months)]
    new, back = counts[:, 0, 0], np.full(months, np.nan)
    back[:-1] = counts[: months - 1, 0, 1] if months > 1 else []
    alone = newcomers_alone(edge, new, back, 1)
    share, half = (part if corrects else np.full(months, np.nan) for part in (alone.share, TWO_SIDED_95 * alone.error))
    low, high = np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)
    columns = (starts, new, edge.old, edge.old_error, edge.share, back, share, low, high)
    return pd.DataFrame(dict(zip(MONTHS, columns, strict=True)))
