"""Pareto: from customers by value to the figures of concentration."""

import numpy as np
import pandas as pd

from loyalty_metrics.measures.repeat import COLUMNS
from loyalty_metrics.stats import concentration

TOP, CARRIED = 0.2, 0.8


def finish_pareto_summary(histogram: pd.DataFrame) -> pd.DataFrame:
    """Turn a histogram of customers by value into total, top share, carriers and Gini.

    Args:
        histogram: One row a distinct value with its customers; one row may hold customers of unknown value.

    Returns:
        One row a figure with value, interval, numerator and denominator.
    """
    unknown = int(histogram.loc[histogram["value"].isna(), "customers"].sum())
    known = histogram.dropna(subset=["value"])
    values, counts = known["value"].to_numpy("float64"), known["customers"].to_numpy("float64")
    customers, total = float(counts.sum()), float(values @ counts)
    top, carriers = (
        concentration.top_share(values, counts, TOP),
        concentration.carriers_share(values, counts, CARRIED),
    )
    ends = concentration.bootstrap(values, counts)
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
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
