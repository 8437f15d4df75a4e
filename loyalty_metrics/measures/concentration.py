"""Pareto: from customers by value to the figures of concentration."""

from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.measures.repeat import COLUMNS
from loyalty_metrics.measures.retention import floats, ratio
from loyalty_metrics.stats import concentration, concentration_intervals
from loyalty_metrics.stats.intervals import wilson


def finish_pareto_summary(histogram: pd.DataFrame) -> pd.DataFrame:
    """Turn a histogram of customers by value into total, top share, carriers and Gini.

    Args:
        histogram: One row a distinct value with its customers; one row may hold customers of unknown value.

    Returns:
        One row a figure with value, interval, numerator and denominator; `covered` is how often such intervals hold the
        truth, at worst.
    """
    unknown = int(histogram.loc[histogram["value"].isna(), "customers"].sum())
    known = histogram.dropna(subset=["value"])
    values, counts = known["value"].to_numpy("float64"), known["customers"].to_numpy("float64")
    customers, total = float(counts.sum()), float(values @ counts)
    top, carriers = concentration.top_share(values, counts), concentration.carriers_share(values, counts)
    ends = concentration_intervals.intervals(values, counts)
    covered = concentration_intervals.covered(values, counts)
    nothing = (np.nan, np.nan)
    rows = [
        ("customers", "count", customers, *nothing, np.nan, np.nan),
        ("unknown_value", "count", float(unknown), *nothing, np.nan, np.nan),
        ("total", "number", total if customers else np.nan, *nothing, np.nan, np.nan),
        ("top_share", "share", top, *ends["top_share"], top * total, total),
        (
            "carriers_share",
            "share",
            carriers,
            *ends["carriers_share"],
            round(carriers * customers, 6),
            customers,
        ),
        ("gini", "number", concentration.gini(values, counts), *ends["gini"], np.nan, np.nan),
        ("covered", "share", covered, *nothing, np.nan, np.nan),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def finish_pareto_by_year(histogram: pd.DataFrame) -> pd.DataFrame:
    """Turn a histogram of each year into its figures of concentration, and add the interval of persistence.

    Args:
        histogram: One row a year and distinct value with its customers; what belongs to the year stands on each row.

    Returns:
        One row a year, the oldest first.
    """
    years = [_year(rows) for _, rows in histogram.groupby("year_to")]
    columns = ["year_to", "state", "customers", "total", "top_share", "top_low", "top_high", "covered"]
    frame = pd.DataFrame(years, columns=[*columns, "carriers_share", "gini", "top_before", "still_top"])
    low, high = wilson(*(np.nan_to_num(floats(frame[name])) for name in ("still_top", "top_before")))
    return frame.assign(persistence=ratio(frame, "still_top", "top_before"), persistence_low=low, persistence_high=high)


def _year(rows: pd.DataFrame) -> list[Any]:
    values, counts = floats(rows["value"]), floats(rows["customers"])
    head = rows.iloc[0]
    return [
        head["year_to"],
        head["state"],
        int(counts.sum()),
        float(values @ counts),
        concentration.top_share(values, counts),
        *concentration_intervals.intervals(values, counts)["top_share"],
        concentration_intervals.covered(values, counts),
        concentration.carriers_share(values, counts),
        concentration.gini(values, counts),
        head["top_before"],
        head["still_top"],
    ]
