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
    return pd.Series(figures | _shares(worth.dropna()) | {"covered": covered(worth.dropna())})


def covered(worth: pd.Series) -> float:
    """How often intervals hold the truth: by the customers above zero and Hill's tail index of their best 5%."""
    above = np.sort(worth[worth > 0].to_numpy())[::-1]
    error = worth.std(ddof=0) * np.sqrt(len(worth))
    if len(above) < 20 or worth.sum() <= 0 or ((worth < 0).any() and worth.sum() <= 3 * error):
        return np.nan
    best = min(max(10, int(np.ceil(0.05 * len(above)))), len(above) // 2)
    weight = np.mean(np.log(above[:best]) - np.log(above[best]))
    return 0.9 if 1.5 * weight <= 1 else 0.75


def _shares(worth: pd.Series) -> dict[str, float]:
    """Top share, carriers and Gini of known values."""
    known = np.sort(worth.to_numpy())[::-1]
    n, total = len(known), known.sum()
    if n == 0 or total <= 0:
        return {"top_share": np.nan, "carriers_share": np.nan, "gini": np.nan}
    whole = int(np.floor(0.2 * n + 1e-9))
    part = 0.2 * n - whole
    top = known[:whole].sum() + (part * known[whole] if whole < n else 0)
    reached = np.cumsum(known) >= 0.8 * total * (1 - 1e-12)
    poorest_first = known[::-1]
    ranks = np.arange(1, n + 1)
    gini = 2 * (ranks * poorest_first).sum() / (n * total) - (n + 1) / n
    return {"top_share": top / total, "carriers_share": (reached.argmax() + 1) / n, "gini": gini}


def value_up_to(history: History, scope: Scope) -> pd.Series:
    """Value of the best k customers, by k = 1..n."""
    known = np.sort(values(history, scope).dropna().to_numpy())[::-1]
    return pd.Series(np.cumsum(known), index=np.arange(1, len(known) + 1))


def yearly_values(history: History, scope: Scope) -> list[tuple[pd.Timestamp, pd.Series]]:
    """What each customer is worth in each year that ends on the day of the as-of date, the newest year first."""
    as_of, first = history.as_of(scope), history.orders(scope)["day"].min()
    years = []
    while (end := as_of - pd.DateOffset(years=len(years))) >= first:
        start = as_of - pd.DateOffset(years=len(years) + 1) + pd.Timedelta(days=1)
        years.append((end, values_between(history, scope, start, end).dropna()))
    return years


def values_between(history: History, scope: Scope, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Like `values`, of the orders of some days alone."""

    class Cut(History):
        def in_window(self, days: pd.Series, scope: Scope) -> pd.Series:
            return (days >= first) & (days <= last)

    return values(Cut(history.lines, history.customers, history.tiers), scope)


def in_top(worth: pd.Series) -> pd.Series:
    """The part of each customer that is in the best fifth; equal customers on its border share the room."""
    room = len(worth) / 5
    parts = {}
    for value in sorted(worth.unique(), reverse=True):
        equals = worth.index[worth == value]
        parts |= dict.fromkeys(equals, min(1.0, max(0.0, room / len(equals))))
        room -= len(equals)
    return pd.Series(parts, dtype="float64")


def pareto_by_year(history: History, scope: Scope) -> pd.DataFrame:
    """One row a year, without the intervals of the shares."""
    years = yearly_values(history, scope)
    days = history.customer_days(scope, filtered=False)["day"]
    rows = []
    for i, (end, worth) in enumerate(years):
        if worth.empty:
            continue
        start = history.as_of(scope) - pd.DateOffset(years=i + 1) + pd.Timedelta(days=1)
        before = years[i + 1][1] if i + 1 < len(years) else pd.Series(dtype="float64")
        before_start = history.as_of(scope) - pd.DateOffset(years=i + 2) + pd.Timedelta(days=1)
        compared = len(before) and days.min() <= before_start
        tops = in_top(before) if compared else None
        still = (tops * in_top(worth).reindex(tops.index).fillna(0)).sum() if compared else np.nan
        rows.append(
            {
                "year_to": end,
                "state": "partial" if days.min() > start else "complete",
                "customers": len(worth),
                "total": worth.sum(),
                "covered": covered(worth),
                **_shares(worth),
                "top_before": tops.sum() if compared else np.nan,
                "still_top": still,
                "persistence": still / tops.sum() if compared else np.nan,
            }
        )
    columns = ["year_to", "state", "customers", "total", "covered", "top_share", "carriers_share", "gini"]
    return pd.DataFrame(rows, columns=[*columns, "top_before", "still_top", "persistence"])


def without_the_best(history: History, scope: Scope) -> pd.DataFrame:
    """What goes with the best n."""
    worth = np.sort(values(history, scope).dropna().to_numpy())[::-1]
    n, total = len(worth), worth.sum()
    counts = {1, 5, 10, 20, 50, 100, 1000, -(-n // 100), -(-n // 20), -(-n // 5)}
    rows = []
    for k in sorted(k for k in counts if 1 <= k <= n):
        lost = worth[:k].sum()
        left = round(total - lost, 4)
        rows.append(
            {
                "customers_up_to": k,
                "customer_share": k / n,
                "value_up_to": lost,
                "value_share": lost / total if total > 0 else np.nan,
                "replacements": lost / (left / (n - k)) if left > 0 and k < n else np.nan,
            }
        )
    columns = ["customers_up_to", "customer_share", "value_up_to", "value_share", "replacements"]
    return pd.DataFrame(rows, columns=columns)
