"""The cohort table: pooled rows, ratios with their intervals, what unfinished cells will come to, what stands out."""

import numpy as np
import pandas as pd

from loyalty_metrics.measures.retention import floats, ratio, with_retention
from loyalty_metrics.stats import shrinkage
from loyalty_metrics.stats.completion import still_to_come
from loyalty_metrics.stats.intervals import ratio_of_means
from loyalty_metrics.stats.outliers import beyond_spread
from loyalty_metrics.stats.proportions import REAL, benjamini_hochberg, detectable_drop, mid_p

POOLED = "pooled"
ABOVE, BELOW, WITHIN = "above", "below", "within_chance"

_SQUARES = ["orders_squared", "revenue_squared", "revenue_by_first", "first_revenue_squared", "cumulative_squared"]
_MONEY = ["revenue", "first_revenue", "cumulative_revenue"]
_SUMS = ["size", "retained", "orders", *_MONEY, *_SQUARES]
_REFERENCE = ["like_size", "like_waiting", "like_came"]
_VALUES = {
    "orders_per_customer": ("orders", "size", "orders_squared", "orders", "size"),
    "revenue_retention": (
        "revenue",
        "first_revenue",
        "revenue_squared",
        "revenue_by_first",
        "first_revenue_squared",
    ),
    "cumulative_revenue_per_customer": (
        "cumulative_revenue",
        "size",
        "cumulative_squared",
        "cumulative_revenue",
        "size",
    ),
}
"""Each ratio's numerator y and denominator x, and over customers the sums of y squared, of x y and of x squared."""


def finish_cohort_retention(cells: pd.DataFrame) -> pd.DataFrame:
    """Add the pooled row of each age, ratios and intervals, estimates of unfinished cells, and what stands out.

    Args:
        cells: One row a cohort and age, with sums over its customers; NULL where unobservable.

    Returns:
        The cells, and one row an age with state `pooled` and no cohort, over the complete cells of settled cohorts.
    """
    cells = _smoothed(_compared(_completed(cells)))
    both = with_retention(_with_pooled(cells))
    for name, columns in _VALUES.items():
        both[name] = ratio(both, *columns[:2])
        y, x, yy, xy, xx = (floats(both[column]) for column in columns)
        both[f"{name}_low"], both[f"{name}_high"] = ratio_of_means(floats(both["size"]), y, x, yy, xy, xx)
    both[_MONEY] = both[_MONEY].astype("float64")
    return both[COLUMNS]


def _with_pooled(cells: pd.DataFrame) -> pd.DataFrame:
    pooled = (
        cells[(cells["state"] == "complete") & cells["is_pooled"].astype("bool")]
        .groupby("age", as_index=False)[_SUMS]
        .sum()
    )
    if pooled.empty:
        return cells
    nobody = pd.Series(pd.NaT, index=pooled.index, dtype=cells["cohort"].dtype)
    return pd.concat([cells, pooled.assign(cohort=nobody, state=POOLED)], ignore_index=True)


def _completed(cells: pd.DataFrame) -> pd.DataFrame:
    """What unfinished cells will come to: those back already, and those of the others who still come."""
    expected = np.full((len(cells), 3), np.nan)
    estimated = np.flatnonzero((cells["outlook"] == "estimated") & cells["like_size"].notna())
    for place, row in zip(estimated, cells.iloc[estimated].to_dict("records"), strict=True):
        size, retained = float(row["size"]), float(row["retained"])
        more = still_to_come(size, retained, *(row[name] for name in _REFERENCE))
        expected[place] = (retained + np.array(more)) / size
    too_few = (cells["outlook"] == "estimated") & np.isnan(expected[:, 0])
    named = dict(zip(("expected", "expected_low", "expected_high"), expected.T, strict=True))
    return cells.assign(outlook=cells["outlook"].mask(too_few, "few_cohorts"), **named)


def _compared(cells: pd.DataFrame) -> pd.DataFrame:
    """Each complete cell against all others of its age, corrected for the number of cells looked at.

    A cell must be too far from the others for chance alone, and for how far these stray from each other.
    """
    looked_at = cells["comparable"].to_numpy("bool")
    hits, size = (np.where(looked_at, floats(cells[name]), 0.0) for name in ("retained", "size"))
    all_hits, all_size = (pd.Series(part).groupby(cells["age"]).transform("sum").to_numpy() for part in (hits, size))
    size = np.where(looked_at & (all_size > size), size, np.nan)
    rest_hits, rest = all_hits - hits, np.where(np.isnan(size), np.nan, all_size - size)
    strayed = beyond_spread(hits, size, cells["age"].to_numpy("int64"))
    others, chance = rest_hits / rest, np.maximum(mid_p(hits, size, rest_hits, rest), strayed)
    corrected = benjamini_hochberg(chance)
    count = max(int((~np.isnan(chance)).sum()), 1)
    direction = np.where(hits / size > others, ABOVE, BELOW)
    verdict = pd.Series(np.where(corrected <= REAL, direction, WITHIN), cells.index).where(~np.isnan(chance))
    return cells.assign(
        others=others,
        others_size=pd.Series(rest, cells.index).astype("Int64"),
        chance=chance,
        corrected=corrected,
        verdict=verdict,
        detectable=detectable_drop(others, size, rest, REAL / count),
    )


def _smoothed(cells: pd.DataFrame) -> pd.DataFrame:
    """Each complete cell drawn towards the other cohorts of its age."""
    complete = (cells["state"] == "complete").to_numpy("bool")
    size = np.where(complete & (floats(cells["size"]) > 0), floats(cells["size"]), np.nan)
    hits = np.where(np.isnan(size), np.nan, floats(cells["retained"]))
    parts = pd.DataFrame({"n": size, "x": hits, "nn": size**2, "xx": hits**2 / size}).groupby(cells["age"].to_numpy())
    counted = parts["n"].transform("count").to_numpy("float64")
    sums = (parts[name].transform("sum").to_numpy("float64") for name in ("n", "x", "nn", "xx"))
    smoothed = shrinkage.shrink(hits, size, shrinkage.fit(counted, *sums))
    return cells.assign(**dict(zip(("smoothed", "smoothed_low", "smoothed_high"), smoothed, strict=True)))


COLUMNS = [
    "cohort",
    "age",
    "state",
    "at_edge",
    "size",
    "retained",
    "retention",
    "low",
    "high",
    "days_left",
    "expected",
    "expected_low",
    "expected_high",
    "outlook",
    "others",
    "others_size",
    "chance",
    "corrected",
    "verdict",
    "detectable",
    "smoothed",
    "smoothed_low",
    "smoothed_high",
    "orders",
    *_MONEY,
    *(f"{name}{end}" for name in _VALUES for end in ("", "_low", "_high")),
]
"""What the measure shows, in the order of its card."""
