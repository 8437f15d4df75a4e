"""What is known of customers at a cut, and whether they bought after it: customer by customer, in plain pandas."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import History, money


def customer_features(history: History, scope: Scope) -> pd.DataFrame:
    """One row a customer with an occasion; for shops without points, complaints and contacts."""
    as_of = history.as_of(scope)
    days = history.customer_days(scope)
    days = days[days["is_occasion"]].assign(customer=days["customer"].astype("str"), net=money(days["net"]))
    orders = history.orders(scope)
    placed = orders[(orders["customer"] != "") & ~_is_refund_alone(history, scope, orders)]
    lines = history.lines_known(scope)
    lines = lines[lines["customer"] != ""].assign(
        customer=lines["customer"].astype("str"), order=lines["order"].astype("str")
    )
    ways = dict(list(lines.groupby("customer")))
    own = placed.assign(customer=placed["customer"].astype("str"), order=placed["order"].astype("str"))
    own = own.groupby("customer")["order"].agg(set)
    rows = [
        {"customer_id": customer} | _buying(part, as_of) | _ordering(ways[customer], own.get(customer, set()))
        for customer, part in days.groupby("customer")
    ]
    return pd.DataFrame(rows)


def _is_refund_alone(history: History, scope: Scope, orders: pd.DataFrame) -> pd.Series:
    """Orders of which nothing was ever sold."""
    lines = history.lines_known(scope)
    sold = set(
        zip(*(lines.loc[~lines["is_refund"], name].astype("str") for name in ("customer", "order")), strict=True)
    )
    pairs = zip(orders["customer"].astype("str"), orders["order"].astype("str"), strict=True)
    return pd.Series([pair not in sold for pair in pairs], index=orders.index)


def _buying(days: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
    days = days.sort_values("day")
    ago, net = (as_of - days["day"]).dt.days.to_numpy(), days["net"].to_numpy(float)
    gaps = -np.diff(ago)
    mean_gap = gaps.mean() if len(gaps) else np.nan
    return {
        "recency": ago.min(),
        "repeats": len(days) - 1,
        "days_known": ago.max(),
        "days_to_last": ago.max() - ago.min(),
        "mean_gap": mean_gap,
        "sd_gap": gaps.std(ddof=1) if len(gaps) > 1 else np.nan,
        "lateness": ago.min() / mean_gap,
        "recent_occasions": (ago < 90).sum(),
        "year_occasions": (ago < 365).sum(),
        "spend": net.sum(),
        "basket": net.mean(),
        "recent_spend": net[ago < 90].sum(),
        "earlier_spend": net[(ago >= 90) & (ago < 180)].sum(),
        "year_spend": net[ago < 365].sum(),
    }


def _ordering(lines: pd.DataFrame, placed: set[str]) -> dict[str, float]:
    is_refund, order, discount = (lines[name].to_numpy() for name in ("is_refund", "order", "discount"))
    known = [_was_discounted(discount[~is_refund & (order == one)].astype(float)) for one in set(order[~is_refund])]
    returned = len(set(order[is_refund]))
    return {
        "orders": len(placed),
        "discount_share": pd.Series(known, dtype=float).mean(),
        "return_share": min(returned, len(placed)) / len(placed),
    }


def _was_discounted(discounts: np.ndarray) -> float:
    """Of the lines of an order: 1 where one is, 0 where none is, unknown where that is not said of all."""
    return 1.0 if (discounts > 0).any() else np.nan if np.isnan(discounts).any() else 0.0


def bought_within(history: History, cut: pd.Timestamp, days: int) -> set[str]:
    """Customers with an occasion in so many days after a cut, as known at the end of the data."""
    occasions = history.occasions(Scope())
    after = (occasions["day"] - cut).dt.days
    return set(occasions.loc[(after > 0) & (after <= days), "customer"].astype("str"))
