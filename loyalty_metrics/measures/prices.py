"""How groups of customers react to prices, and how much they buy on discount."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from loyalty_metrics.measures.retention import floats, ratio
from loyalty_metrics.stats.elasticity import ESTIMATED, elasticity
from loyalty_metrics.stats.intervals import wilson


def finish_price_elasticity(cells: pd.DataFrame) -> pd.DataFrame:
    """Estimate the elasticity of each group, and test whether groups differ.

    Args:
        cells: One row a group, item and week, all together first; a group without items has one row.
    """
    rows = []
    for (_is_all, name), part in cells.groupby(["is_all", "group_name"], sort=False, dropna=False):
        sold = part[part["product"].notna()]
        found = elasticity(
            sold["product"].to_numpy(dtype="str"),
            sold["week"].to_numpy(dtype="datetime64[D]"),
            floats(sold["price"]),
            floats(sold["units"]),
        )
        rows.append(
            {
                "group_name": name,
                "state": found.state,
                "customers": int(part["customers"].iloc[0]),
                "items": found.items,
                "cells": found.cells,
                "elasticity": found.value,
                "low": found.low,
                "high": found.high,
                "error": found.error,
            }
        )
    columns = ["group_name", "state", "customers", "items", "cells", "elasticity", "low", "high", "error"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame[(frame["customers"] > 0)].reset_index(drop=True)
    frame = frame.astype({"group_name": "str", "state": "str"})
    return frame.assign(chance=_chance_if_alike(frame)).drop(columns="error")


CHEAPER = 0.1
"""The price cut by which elasticities are told."""


def bought_more(elasticity: float) -> float:
    """The part of units more that goes with prices lower by a tenth."""
    return float((1 - CHEAPER) ** elasticity - 1)


def _chance_if_alike(frame: pd.DataFrame) -> float:
    """How often groups with one elasticity would look as different as these (Cochran's Q)."""
    groups = frame[frame["group_name"].notna() & (frame["state"] == ESTIMATED) & (frame["error"] > 0)]
    if len(groups) < 2:
        return np.nan
    weight = 1 / groups["error"] ** 2
    common = (weight * groups["elasticity"]).sum() / weight.sum()
    return float(chdtrc(len(groups) - 1, (weight * (groups["elasticity"] - common) ** 2).sum()))


def finish_discount_by_group(sums: pd.DataFrame) -> pd.DataFrame:
    """Add the share of units on discount and its interval.

    The interval is Wilson's, with the number of independent units that would leave the share as uncertain as the spread
    between customers does; where all bought the same share, with the number of customers.
    """
    known, customers = floats(sums["units_known"]), floats(sums["customers"])
    share = ratio(sums, "units_discounted", "units_known")
    kk, kn, nn = (floats(sums[name]) for name in ("squared_discounted", "discounted_known", "squared_known"))
    with np.errstate(invalid="ignore", divide="ignore"):
        between = np.maximum(kk - 2 * share * kn + share**2 * nn, 0) * customers / (customers - 1) / known**2
        independent = np.where(between > 0, share * (1 - share) / between, customers)
    independent = np.where(
        customers > 1, np.minimum(np.minimum(independent, known), np.inf), np.minimum(customers, known)
    )
    trials = np.nan_to_num(independent)
    low, high = wilson(np.nan_to_num(share) * trials, trials)
    told = sums[["group_name", "customers", "units_known", "units_discounted", "units_unknown"]]
    return told.assign(discounted_share=share, low=low, high=high).astype({"group_name": "str"})
