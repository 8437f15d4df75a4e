"""Pareto: one row a customer, sorted; no histogram."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import MONEY, History


def values(history: History, scope: Scope) -> pd.Series:
    """What each customer with any order in the window is worth; NULL where one cost is unknown; by customer."""
    orders = history.customer_orders(scope)
    groups = orders.assign(
        bought=(orders["net"] > 0) & ~orders["is_refund"],
        known=orders["cost"].notna(),
        margin=orders["net"] - orders["cost"],
    ).groupby("customer", observed=True)
    match scope.value:
        case "revenue":
            worth = groups["net"].sum() / MONEY
        case "profit":
            worth = (groups["margin"].sum() / MONEY).where(groups["known"].all())
        case "orders":
            worth = groups["bought"].sum().astype("float64")
        case _:
            worth = groups["units"].sum()
    worth.index = worth.index.astype("str")
    return worth


def pareto_summary(history: History, scope: Scope) -> pd.Series:
    """The figures by name."""
    worth = values(history, scope)
    known = np.sort(worth.dropna().to_numpy())[::-1]
    n, total = len(known), known.sum()
    figures = {"customers": n, "unknown_value": int(worth.isna().sum()), "total": total if n else np.nan}
    if n == 0 or total <= 0:
        return pd.Series(figures | {"top_share": np.nan, "carriers_share": np.nan, "gini": np.nan})
    whole = int(np.floor(0.2 * n + 1e-9))
    part = 0.2 * n - whole
    top = known[:whole].sum() + (part * known[whole] if whole < n else 0)
    reached = np.cumsum(known) >= 0.8 * total * (1 - 1e-12)
    poorest_first = known[::-1]
    ranks = np.arange(1, n + 1)
    gini = 2 * (ranks * poorest_first).sum() / (n * total) - (n + 1) / n
    return pd.Series(figures | {"top_share": top / total, "carriers_share": (reached.argmax() + 1) / n, "gini": gini})


def value_up_to(history: History, scope: Scope) -> pd.Series:
    """Value of the best k customers, by k = 1..n."""
    known = np.sort(values(history, scope).dropna().to_numpy())[::-1]
    return pd.Series(np.cumsum(known), index=np.arange(1, len(known) + 1))
