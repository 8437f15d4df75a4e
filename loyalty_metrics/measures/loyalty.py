"""Loyal or big: the four corners of repeats against spend; and what part of those who answered is of which type."""

import pandas as pd

from loyalty_metrics.stats.intervals import wilson

CORNERS = ("loyal and big", "loyal but small", "big but not loyal", "neither")


def corners(frame: pd.DataFrame) -> pd.DataFrame:
    """Customers, purchases and money of each corner.

    Args:
        frame: The measure `repeats_vs_spend`.

    Returns:
        One row a corner, empty ones too: kind, customers, occasions, revenue, and the shares of customers and of
        revenue; a share is NULL where the total is zero.
    """
    sums = frame.groupby("kind")[["customers", "occasions", "revenue"]].sum().astype("float64")
    sums = sums.reindex(list(CORNERS), fill_value=0.0).rename_axis("kind")
    for share, of in (("customer_share", "customers"), ("revenue_share", "revenue")):
        total = sums[of].sum()
        sums[share] = sums[of] / total if total else float("nan")
    return sums.astype({"customers": "int64", "occasions": "int64"}).reset_index()


def finish_loyalty_types(types: pd.DataFrame) -> pd.DataFrame:
    """Add the share of each type among those who answered, who are a sample of all, with its interval."""
    answered = types["answered"].astype("float64")
    total = answered.sum()
    low, high = wilson(answered, total)
    return types.assign(answered_share=answered / total if total else float("nan"), low=low, high=high)
