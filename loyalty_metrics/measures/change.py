"""What changed between two sets of cohorts, in which customers, and from which cohort on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.measures.retention import floats, ratio, with_retention
from loyalty_metrics.stats.decomposition import mix_and_rate, unevenness
from loyalty_metrics.stats.proportions import REAL, benjamini_hochberg, difference, mid_p
from loyalty_metrics.stats.turning_point import TurningPoint, turning_point

EVERYBODY = "everybody"
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
    values = rows[rows.groupby("attribute")["value"].transform("size") > 1]
    everybody = rows[rows["attribute"] == EVERYBODY].assign(value=None)
    parts = [_split(part) for _name, part in values.groupby("attribute")]
    tested = _tested(pd.concat([everybody, *(values for values, _whole in parts)], ignore_index=True))
    found = pd.concat([tested, *(_tested(whole) for _values, whole in parts)], ignore_index=True)
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


def _tested(rows: pd.DataFrame) -> pd.DataFrame:
    """Both retentions, the change with its interval, and whether it is more than chance.

    Everybody and an attribute as a whole are one test, the same one; values are corrected for how many there are.
    """
    x0, n0, x1, n1 = (floats(rows[name]) for name in _COUNTS)
    low, high = difference(x1, n1, x0, n0)
    older, newer = ratio(rows, "older_retained", "older_size"), ratio(rows, "newer_retained", "newer_size")
    chance = mid_p(x1, n1, x0, n0)
    is_value = rows["value"].notna().to_numpy()
    corrected = np.where(is_value, benjamini_hochberg(np.where(is_value, chance, np.nan)), chance)
    verdict = pd.Series(np.where(corrected <= REAL, np.where(newer > older, UP, DOWN), WITHIN), rows.index)
    return rows.assign(
        older_retention=older,
        newer_retention=newer,
        change=newer - older,
        change_low=low,
        change_high=high,
        chance=chance,
        corrected=corrected,
        verdict=verdict.where(~np.isnan(chance)),
    )


@dataclass(frozen=True)
class Recent:
    """The newest cohorts against as many before, and the turning point of all; each None where it cannot be told.

    Attributes:
        n: Cohorts on each side.
        older: Retention before, newer: retention now; low and high: the 95% interval of the change.
        is_real: Whether the change is more than chance, allowing for having looked for a turning point as well.
        turn: The turning point, where it is more than chance, allowing for having looked at the newest as well.
        turned: First day of the first cohort after it.
    """

    n: int
    older: float
    newer: float
    low: float
    high: float
    is_real: bool
    turn: TurningPoint | None
    turned: Any


def recent_change(cells: pd.DataFrame, at_most: int = 6) -> Recent | None:
    """Whether retention changed of late, and whether it ever changed for good.

    Args:
        cells: The complete cells of one age in the order of time, with cohort, retained and size.
        at_most: Cohorts on each side; fewer where there are less than twice as many.

    Returns:
        What was found; None with fewer than four cohorts.
    """
    n = min(at_most, len(cells) // 2)
    if n < 2:
        return None
    hits, size = floats(cells["retained"]), floats(cells["size"])
    x1, n1, x0, n0 = hits[-n:].sum(), size[-n:].sum(), hits[-2 * n : -n].sum(), size[-2 * n : -n].sum()
    turn = turning_point(hits, size)
    recent_is_real, turn_is_real = both_real(float(mid_p(x1, n1, x0, n0)), turn.p if turn else np.nan)
    low, high = (float(end) for end in difference(x1, n1, x0, n0))
    found = turn if turn_is_real else None
    turned = cells["cohort"].iloc[found.at] if found else None
    return Recent(n, x0 / n0, x1 / n1, low, high, recent_is_real, found, turned)


def both_real(change: float, turn: float) -> tuple[bool, bool]:
    """Whether a change between two sets and a turning point are each more than chance, both having been looked at."""
    corrected = benjamini_hochberg([change, turn])
    return bool(corrected[0] <= REAL), bool(corrected[1] <= REAL)


def finish_retention_over_time(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, and the cohort from which on retention changed for good.

    Args:
        cohorts: One row a cohort at one age, in the order of time.

    Returns:
        The cohorts; the turning point's figures stand in each row.
    """
    found = turning_point(floats(cohorts["retained"]), floats(cohorts["size"]))
    told = (found.before, found.after, found.p) if found else (np.nan, np.nan, np.nan)
    turning = ["yes" if found and place == found.at else "no" for place in range(len(cohorts))]
    cohorts = with_retention(cohorts).assign(turning=pd.Series(turning, cohorts.index, dtype="str"))
    cohorts = cohorts.assign(**dict(zip(("before", "after", "chance"), told, strict=True)))
    columns = ["cohort", "age", "size", "retained", "retention", "low", "high", "part", "turning"]
    return cohorts[[*columns, "before", "after", "chance"]]
