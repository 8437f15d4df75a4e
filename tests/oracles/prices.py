"""Reaction to prices and discounts by group, from the cards, with the whole design matrix of dummies."""

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from loyalty_metrics.scope import Scope
from tests.oracles.history import History


def by_dummies(item: np.ndarray, week: np.ndarray, price: np.ndarray, units: np.ndarray) -> tuple[float, float, float]:
    """Elasticity and interval from least squares with a dummy for each item and week, with CR1 errors by item."""
    names, item = np.unique(item, return_inverse=True)
    _weeks, week = np.unique(week, return_inverse=True)
    design = np.column_stack([np.log(price), np.eye(len(names))[item], np.eye(week.max() + 1)[week][:, 1:]])
    y = np.log(units)
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    bread = np.linalg.inv(design.T @ design)
    scores = design * (y - design @ beta)[:, None]
    sums = np.array([scores[item == one].sum(0) for one in range(len(names))])
    n, g = len(y), len(names)
    correction = g / (g - 1) * (n - 1) / (n - (1 + week.max() + 1))
    error = np.sqrt(correction * (bread @ sums.T @ sums @ bread)[0, 0])
    reach = student.ppf(0.975, g - 1) * error
    return beta[0], beta[0] - reach, beta[0] + reach


def sold(history: History, lines: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Sale lines of customers with a group, with units and money above zero, in the window."""
    groups = history.groups(scope)
    day = pd.to_datetime(lines["ordered_at"]).dt.normalize()
    is_sale = lines["kind"].fillna("sale") == "sale" if "kind" in lines else pd.Series(True, lines.index)
    numbers = lines.assign(
        amount=lines["amount"].astype("float64"), quantity=lines["quantity"].astype("float64"), day=day
    )
    kept = numbers[is_sale & (numbers["quantity"] > 0) & (numbers["amount"] > 0) & (day <= history.as_of(scope))]
    kept = kept[history.in_window(kept["day"], scope) & kept["customer_id"].isin(groups.index)]
    return kept.assign(group_name=kept["customer_id"].map(groups))


def elasticities(history: History, lines: pd.DataFrame, scope: Scope) -> dict[str | None, tuple[int, int, tuple]]:
    """By group (None is all): items, cells, and the elasticity with its interval where ten items moved."""
    every = sold(history, lines, scope)
    found = {}
    for name in [None, *sorted(history.groups(scope).unique())]:
        mine = every if name is None else every[every["group_name"] == name]
        mine = mine.assign(week=mine["day"].dt.to_period("W-SUN").dt.start_time)
        cells = mine.groupby(["product", "week"])[["quantity", "amount"]].sum().reset_index()
        cells["price"] = cells["amount"] / cells["quantity"]
        items = cells.groupby("product").agg(
            n=("price", "size"), units=("quantity", "mean"), low=("price", "min"), high=("price", "max")
        )
        items = items[(items["n"] >= 8) & (items["units"] >= 5) & (items["high"] >= 1.05 * items["low"])]
        cells = cells[cells["product"].isin(items.index)]
        told = (np.nan,) * 3
        if len(items) >= 10:
            told = by_dummies(*(cells[c].to_numpy() for c in ("product", "week", "price", "quantity")))
        found[name] = (len(items), len(cells), told)
    return found


def discounts(history: History, lines: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Units of known discount, those on discount and those unknown, with share and interval; all together first."""
    every = sold(history, lines, scope)
    every = every.assign(discount=every["discount"].astype("float64"))
    rows = []
    for name in [None, *sorted(every["group_name"].unique())]:
        mine = every if name is None else every[every["group_name"] == name]
        known = mine["quantity"].where(mine["discount"].notna(), 0).groupby(mine["customer_id"]).sum()
        on = mine["quantity"].where(mine["discount"] > 0, 0).groupby(mine["customer_id"]).sum()
        n, c = known.sum(), int((known > 0).sum())
        share = on.sum() / n if n else np.nan
        low, high = _interval(share, n, c, on - share * known)
        unknown = mine.loc[mine["discount"].isna(), "quantity"].sum()
        rows.append((name, c, n, on.sum(), unknown, share, low, high))
    names = ["customers", "units_known", "units_discounted", "units_unknown", "discounted_share", "low", "high"]
    return pd.DataFrame(rows, columns=["group_name", *names])


def _interval(share: float, units: float, customers: int, residuals: pd.Series) -> tuple[float, float]:
    """Wilson's with the effective number of units."""
    if not units:
        return np.nan, np.nan
    variance = customers / (customers - 1) * (residuals**2).sum() / units**2 if customers > 1 else 0.0
    trials = min(share * (1 - share) / variance if variance > 1e-18 else customers, units)
    z = norm.ppf(0.975)
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return centre - half, centre + half
