"""Repeat purchase: each figure's value and interval, by the kind of figure it is."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import median_from_counts, ratio_of_means, wilson

COLUMNS = ["figure", "unit", "value", "low", "high", "numerator", "denominator"]

_ORDER = [
    "repeat_rate",
    "one_time_share",
    "repeat_within_30",
    "repeat_within_60",
    "repeat_within_90",
    "repeat_within_365",
    "purchase_frequency",
    "average_order_value",
    "days_between",
]


def finish_repeat_purchase_rate(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn counts and sums into figures with intervals.

    Args:
        rows: One row a figure; `days_between` brings one row a distinct length, `numerator` days and `denominator`
            customers.

    Returns:
        One row a figure, always the same ones in the same order; a figure nobody can tell yet is empty.
    """
    gaps = rows[rows["figure"] == "days_between"].dropna(subset=["numerator"])
    figures = [_figure(row) for row in rows[rows["figure"] != "days_between"].to_dict("records")]
    median, low, high = median_from_counts(gaps["numerator"], gaps["denominator"])
    repeaters = float(gaps["denominator"].sum())
    figures.append(("days_between", "days", median, low, high, np.nan, repeaters))
    frame = pd.DataFrame(figures, columns=COLUMNS).set_index("figure").reindex(_ORDER)
    frame["unit"] = frame["unit"].fillna("share")
    return frame.reset_index()


def _figure(row: dict) -> tuple:
    numerator, denominator = float(row["numerator"]), float(row["denominator"])
    if row["unit"] == "share":
        (low, high), value = (
            wilson(numerator, denominator),
            numerator / denominator if denominator else np.nan,
        )
    else:
        low, high = ratio_of_means(*[float(part) for part in row["details"]])
        value = numerator / denominator if denominator else np.nan
    return row["figure"], row["unit"], value, float(low), float(high), numerator, denominator
