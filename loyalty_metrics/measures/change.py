"""What changed between two sets of cohorts, in which customers, and from which cohort on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from loyalty_metrics.measures.retention import floats, ratio, with_retention
from loyalty_metrics.measures.seasons import seasons
from loyalty_metrics.sentences import TWO_SIDED_95
from loyalty_metrics.stats.decomposition import mix_and_rate, unevenness
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.proportions import REAL, benjamini_hochberg, difference, mid_p
from loyalty_metrics.stats.shifts import Lasting, Shift, lasting_change, shift

EVERYBODY = "everybody"
NEWEST, BEFORE = 3, 12
"""Cohorts that are compared unless others are chosen: the newest, and those before them, a year at most."""

UP, DOWN, WITHIN = "up", "down", "within_chance"

_COUNTS = ["older_retained", "older_size", "newer_retained", "newer_size"]
_BOUNDS = ["older_from", "older_to", "newer_from", "newer_to"]
_ADDED = ["mix_effect", "rate_effect"]
COLUMNS = [
    "attribute",
    "value",
    "older_size",
    "older_retained",
    "older_retention",
    "newer_size",
    "newer_retained",
    "newer_retention",
    "change",
    "change_low",
    "change_high",
    *_ADDED,
    "chance",
    "corrected",
    "verdict",
    "by_season",
    "uneven",
    "explained",
    "reversal",
    *_BOUNDS,
]
"""What the measure shows, in the order of its card."""


def finish_retention_change(rows: pd.DataFrame) -> pd.DataFrame:
    """Split the change for each attribute, test each value, and rank the attributes by what they explain.

    Args:
        rows: One row an attribute and value with both sides' customers and retained customers; `everybody` has one.

    Returns:
        Everybody first, then each attribute that tells any customers apart: itself, then its values, the largest
        effect first.
    """
    shifted = _shift(rows)
    values = rows[rows.groupby("attribute")["value"].transform("size") > 1]
    everybody = rows[rows["attribute"] == EVERYBODY].assign(value=None)
    parts = [_split(part) for _name, part in values.groupby("attribute")]
    tested = _tested(pd.concat([everybody, *(values for values, _whole in parts)], ignore_index=True), shifted)
    found = pd.concat([tested, *(_tested(whole, shifted) for _values, whole in parts)], ignore_index=True)
    found["uneven"] = benjamini_hochberg(floats(found["uneven"])) if "uneven" in found else np.nan
    found = found.reindex(columns=COLUMNS)
    by_rank = found.groupby("attribute")["explained"].transform("max").where(found["attribute"] != EVERYBODY, np.inf)
    effect = (found["mix_effect"] + found["rate_effect"]).abs().where(found["value"].notna(), np.inf)
    order = pd.DataFrame({"rank": -by_rank, "name": found["attribute"], "effect": -effect, "value": found["value"]})
    return found.loc[order.sort_values(["rank", "name", "effect", "value"]).index].reset_index(drop=True)


def _split(values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values of one attribute with their effects, and the attribute as a whole."""
    counts = [floats(values[name]) for name in _COUNTS]
    mix, rate = mix_and_rate(*counts)
    differ, uneven = unevenness(*counts)
    whole = values.iloc[[0]].assign(
        value=None, **{name: int(part.sum()) for name, part in zip(_COUNTS, counts, strict=True)}
    )
    whole = whole.assign(
        mix_effect=mix.sum(),
        rate_effect=rate.sum(),
        uneven=uneven,
        explained=abs(mix.sum()) + np.nan_to_num(differ),
        reversal="yes" if _reverses(*counts) else "no",
    )
    return values.assign(mix_effect=mix, rate_effect=rate), whole


def _reverses(x0: np.ndarray, n0: np.ndarray, x1: np.ndarray, n1: np.ndarray) -> bool:
    """Whether every value that both sides have moved one way, and all together the other."""
    both = (n0 > 0) & (n1 > 0)
    if not both.any():
        return False
    # In whole numbers: x1 / n1 > x0 / n0 without rounding.
    moved = np.sign(x1[both] * n0[both] - x0[both] * n1[both])
    total = np.sign(x1.sum() * n0.sum() - x0.sum() * n1.sum())
    return bool(total != 0 and (moved == -total).any() and (moved != total).all())


def _shift(rows: pd.DataFrame) -> Shift | None:
    """The change of everybody, weighed against the ups and downs of all cohorts."""
    if rows.empty or rows["cohort_sizes"].iloc[0] is None:
        return None
    hits, size, parts, cohorts = (
        np.asarray(rows[name].iloc[0]) for name in ("cohort_retained", "cohort_sizes", "cohort_parts", "cohorts")
    )
    times = seasons(pd.Series(cohorts), str(rows["grain"].iloc[0]))
    return shift(hits, size, parts == "older", parts == "newer", *times)


def _tested(rows: pd.DataFrame, everybody: Shift | None) -> pd.DataFrame:
    """Both retentions, the change with its interval, and whether it is more than chance.

    Everybody and an attribute as a whole are one test, the same one; values are corrected for how many there are, and
    stray beyond chance by as much as everybody does.
    """
    x0, n0, x1, n1 = (floats(rows[name]) for name in _COUNTS)
    older, newer = ratio(rows, "older_retained", "older_size"), ratio(rows, "newer_retained", "newer_size")
    change, spread = newer - older, everybody.spread if everybody else 0.0
    low, high = _wider(change, *difference(x1, n1, x0, n0), spread)
    chance = np.fmax(mid_p(x1, n1, x0, n0), _strayed(change, x0, n0, x1, n1, spread))
    is_value = rows["value"].notna().to_numpy()
    if everybody:
        low, high = np.where(is_value, low, everybody.low), np.where(is_value, high, everybody.high)
        chance = np.where(is_value, chance, everybody.chance)
    corrected = np.where(is_value, benjamini_hochberg(np.where(is_value, chance, np.nan)), chance)
    by_season = bool(everybody and everybody.by_season)
    direction = np.where(newer > older, UP, DOWN)
    verdict = pd.Series(np.where((corrected <= REAL) & by_season, direction, WITHIN), rows.index)
    return rows.assign(
        older_retention=older,
        newer_retention=newer,
        change=change,
        change_low=low,
        change_high=high,
        chance=chance,
        corrected=corrected,
        verdict=verdict.where(~np.isnan(chance)),
        by_season="yes" if by_season else "no",
    )


def _wider(change: FloatArray, low: FloatArray, high: FloatArray, spread: float) -> tuple[FloatArray, FloatArray]:
    """An interval with the spread of cohorts beyond chance added to either side."""
    more = TWO_SIDED_95 * spread
    return change - np.hypot(change - low, more), change + np.hypot(high - change, more)


def _strayed(
    change: FloatArray, x0: FloatArray, n0: FloatArray, x1: FloatArray, n1: FloatArray, spread: float
) -> FloatArray:
    """How often chance and the spread of cohorts together make a change as large; 0 where they do not stray."""
    if not spread:
        return np.zeros(len(change))
    with np.errstate(all="ignore"):
        share = (x0 + x1) / (n0 + n1)
        error = np.sqrt(share * (1 - share) * (1 / n0 + 1 / n1) + spread**2)
        return np.asarray(2 * ndtr(-np.abs(change) / error))


@dataclass(frozen=True)
class Recent:
    """Whether retention changed of late.

    Attributes:
        n: Newest cohorts.
        before: Cohorts they are held against.
        older: Retention before, newer: retention now; low and high: the 95% interval of the change.
        is_real: Whether the change is more than chance, the cohorts' own ups and downs and the season.
        by_season: Whether a year is known, so that a season can be told from a change.
        turn: The turning point, where it is more than these.
        turned: First day of the first cohort after it.
    """

    n: int
    before: int
    older: float
    newer: float
    low: float
    high: float
    is_real: bool
    by_season: bool
    turn: Lasting | None
    turned: Any


def recent_change(cells: pd.DataFrame, grain: str) -> Recent | None:
    """Whether retention changed of late, and whether it ever changed for good.

    Args:
        cells: The complete cells of one age in the order of time, with cohort, retained and size, and without those
            within the edge of the data.
        grain: Length of a period.

    Returns:
        What was found; None with fewer than four cohorts.
    """
    n = min(NEWEST, len(cells) // 2)
    if n < 2:
        return None
    hits, size = floats(cells["retained"]), floats(cells["size"])
    place, times = np.arange(len(cells)), seasons(cells["cohort"], grain)
    newer = place >= len(cells) - n
    older = ~newer & (place >= len(cells) - n - BEFORE)
    found, turn = shift(hits, size, older, newer, *times), lasting_change(hits, size, *times)
    if found is None:
        return None
    real = turn if turn and turn.p <= REAL else None
    return Recent(
        n,
        int(older.sum()),
        hits[older].sum() / size[older].sum(),
        hits[newer].sum() / size[newer].sum(),
        found.low,
        found.high,
        is_real=found.chance <= REAL and found.by_season,
        by_season=found.by_season,
        turn=real,
        turned=cells["cohort"].iloc[real.at] if real else None,
    )


def finish_retention_over_time(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, and the cohort from which on retention changed for good.

    Args:
        cohorts: One row a cohort at one age, in the order of time.

    Returns:
        The cohorts; the turning point's figures stand in each row. Those within the edge of the data are not looked at.
    """
    settled = cohorts[cohorts["at_edge"] == "no"]
    times = seasons(settled["cohort"], str(cohorts["grain"].iloc[0]) if len(cohorts) else "month")
    found = lasting_change(floats(settled["retained"]), floats(settled["size"]), *times)
    told = (found.before, found.after, found.p) if found else (np.nan, np.nan, np.nan)
    at = settled["cohort"].iloc[found.at] if found else None
    turning = np.where(cohorts["cohort"] == at, "yes", "no")
    cohorts = with_retention(cohorts).assign(turning=pd.Series(turning, cohorts.index, dtype="str"))
    cohorts = cohorts.assign(**dict(zip(("before", "after", "chance"), told, strict=True)))
    columns = ["cohort", "age", "at_edge", "size", "retained", "retention", "low", "high", "part", "turning"]
    return cohorts[[*columns, "before", "after", "chance"]]
