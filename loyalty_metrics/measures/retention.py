"""Cohort retention: ratios, intervals, the pooled row."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import wilson

POOLED = "pooled"
_SUMS = ["size", "retained", "orders", "revenue", "first_revenue", "cumulative_revenue"]
_MONEY = ["revenue", "first_revenue", "cumulative_revenue"]


def finish_cohort_retention(cells: pd.DataFrame) -> pd.DataFrame:
    """Add the pooled row of each age, the ratios and their intervals.

    Args:
        cells: One row a cohort and age, with counts and money; NULL where unobservable.

    Returns:
        The cells, and one row an age with state `pooled` and no cohort, over the complete cells alone.
    """
    complete = cells[cells["state"] == "complete"]
    pooled = complete.groupby("age", as_index=False)[_SUMS].sum()
    nobody = pd.Series(pd.NaT, index=pooled.index, dtype=cells["cohort"].dtype)
    pooled = pooled.assign(cohort=nobody, state=POOLED)
    both = pd.concat([cells, pooled[cells.columns]], ignore_index=True) if len(pooled) else cells.copy()
    both = with_retention(both)
    both["orders_per_customer"] = ratio(both, "orders", "size")
    both["revenue_retention"] = ratio(both, "revenue", "first_revenue")
    both["cumulative_revenue_per_customer"] = ratio(both, "cumulative_revenue", "size")
    both[_MONEY] = both[_MONEY].astype("float64")
    return both.drop(columns=["first_revenue", "cumulative_revenue"])


def with_retention(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with retained / size and its Wilson interval; empty where nothing could be observed."""
    size, retained = _float(frame["size"]), _float(frame["retained"])
    observed = np.where(np.isnan(retained), 0.0, size)
    low, high = wilson(np.nan_to_num(retained), observed)
    return frame.assign(retention=ratio(frame, "retained", "size"), low=low, high=high)


def ratio(frame: pd.DataFrame, numerator: str, denominator: str) -> np.ndarray:
    """One column over another; unknown where the denominator is zero or unknown."""
    below = _float(frame[denominator])
    return _float(frame[numerator]) / np.where(below == 0, np.nan, below)


def _float(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype="float64", na_value=np.nan)
