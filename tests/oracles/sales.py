"""What was sold, whether the data name a customer or not."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import TEXTS, History, money, periods, starts
from tests.oracles.movements import states

MOST = 50


def sales_by_period(history: History, scope: Scope) -> pd.DataFrame:
    """Orders and net revenue of each period from the first order on."""
    known = history.orders(scope)
    first, last = periods(pd.Series([known["day"].min(), history.as_of(scope)]), scope.grain)
    found = pd.period_range(first, last)
    orders = known[history._keeps(known, scope)]
    orders = orders.assign(
        period=periods(orders["day"], scope.grain),
        is_order=(orders["net"] > 0) & ~orders["is_refund"],
        is_guest=orders["customer"] == "",
    )
    sold = orders[orders["is_order"]]
    frame = pd.DataFrame(index=found)
    frame["orders"] = sold.groupby("period").size()
    frame["revenue"] = money(orders.groupby("period")["net"].sum())
    frame["guest_orders"] = sold[sold["is_guest"]].groupby("period").size()
    frame["guest_revenue"] = money(orders[orders["is_guest"]].groupby("period")["net"].sum())
    frame = frame.fillna(0)
    frame["average_order_value"] = money(sold.groupby("period")["net"].mean())
    frame["state"] = states(found, known["day"].min(), history.as_of(scope))
    return frame.reset_index(drop=True).assign(period=starts(found))


def sales_by_part(history: History, scope: Scope) -> pd.DataFrame:
    """Lines, pieces and revenue of each value of an attribute, the fifty that sold most."""
    lines = history.lines_known(scope)
    lines = lines[history.in_window(lines["day"], scope)]
    for name, values in scope.filters:
        if name in TEXTS:
            lines = lines[lines[name].fillna("").isin(values)]
    parts = [_parts(lines, name) for name in ("product", *TEXTS) if lines[name].notna().any()]
    columns = ["attribute", "value", "lines", "units", "revenue", "share"]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def _parts(lines: pd.DataFrame, attribute: str) -> pd.DataFrame:
    by_value = lines.assign(value=lines[attribute].fillna("").astype(object), sold=lines["net"] > 0).groupby("value")
    found = by_value.agg(lines=("sold", "sum"), units=("units", "sum"), net=("net", "sum")).reset_index()
    total = found["net"].sum()
    found = found.assign(
        attribute=attribute,
        revenue=money(found["net"]),
        share=found["net"] / total if total > 0 else np.nan,
    )
    return found.sort_values(["net", "value"], ascending=[False, True]).head(MOST).drop(columns="net")
