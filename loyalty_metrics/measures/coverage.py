"""How much of the range customers buy, and whether those who buy across it come back."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import ratio_of_means, wilson
from loyalty_metrics.stats.proportions import difference


def finish_category_coverage(groups: pd.DataFrame) -> pd.DataFrame:
    """Turn sums into means and shares with intervals.

    Args:
        groups: One row a group: offered, customers, unknown, sums of categories and of their squares, one_category,
            one_revenue, revenue.

    Returns:
        The same rows; what nobody can tell is NULL.
    """
    numbers = {name: groups[name].astype("float64") for name in ("customers", "categories", "categories_squared")}
    n, total, squares = numbers.values()
    offered = groups["offered"].astype("float64").where(lambda count: count > 0)
    low, high = ratio_of_means(n, total, n, squares, total, n)
    one_low, one_high = wilson(groups["one_category"], n)
    mean = total / n.where(n > 0)
    frame = groups.drop(columns="categories_squared").assign(
        categories=mean,
        coverage=mean / offered,
        low=np.maximum(low / offered, 0),
        high=np.minimum(high / offered, 1),
        one_share=groups["one_category"] / n.where(n > 0),
        one_low=one_low,
        one_high=one_high,
    )
    columns = ["group_name", "offered", "customers", "unknown", "categories", "coverage", "low", "high"]
    return frame[[*columns, "one_category", "one_share", "one_low", "one_high", "one_revenue", "revenue"]]


def finish_coverage_repeat(counts: pd.DataFrame) -> pd.DataFrame:
    """Add shares with intervals, and the difference between the two kinds after equally many purchases."""
    low, high = wilson(counts["retained"], counts["size"])
    frame = counts.assign(retention=counts["retained"] / counts["size"], low=low, high=high)
    sides = {
        kind: frame[frame["kind"] == kind].set_index("purchases")[["retained", "size"]].astype("float64")
        for kind in ("several categories", "one category")
    }
    several, one = (side.reindex(frame["purchases"]) for side in sides.values())
    bounds = difference(several["retained"], several["size"], one["retained"], one["size"])
    gap = several["retained"] / several["size"] - one["retained"] / one["size"]
    return frame.assign(difference=gap.to_numpy(), difference_low=bounds[0], difference_high=bounds[1])
