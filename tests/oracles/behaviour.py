"""How customers behave, from the card of `customer_behaviour`, customer by customer."""

from itertools import pairwise

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import History, money


def customer_behaviour(history: History, lines: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a customer with an occasion in the window.

    Args:
        history: The shop.
        lines: The same lines with their columns as imported, for discounts.
        scope: What it is about; filters on orders are left to the tests of `counted_orders`.
    """
    days = history.customer_days(scope)
    days = days[days["customer"].isin(history.kept_customers(scope)) & history.in_window(days["day"], scope)]
    orders = history.customer_orders(scope)
    placed = orders[~_refunds_only(history, orders, scope)]
    texts = history.order_texts(scope).reset_index()
    placed = placed.merge(texts, on=["customer", "order"], how="left")
    channels = (
        placed.groupby("channel").size().reset_index(name="n").sort_values(["n", "channel"], ascending=[False, True])
    )
    names = channels["channel"].tolist()
    main, second = (names[0] if names else None), (names[1] if len(names) > 2 else None)
    price = _on_discount(history, lines, scope)
    returned = _returned(history, orders, placed, scope)
    rows = []
    orders_of = dict(iter(placed.groupby("customer", observed=True)))
    for customer, mine in days.groupby("customer", observed=True):
        occasions = mine[mine["is_occasion"]].sort_values("day")
        if occasions.empty:
            continue
        own = orders_of.get(customer, placed.iloc[:0])
        gaps = occasions["day"].diff().dt.days.dropna().to_numpy()
        pairs = np.abs(np.diff(gaps)) / (gaps[1:] + gaps[:-1])
        kinds = _main_categories(own)
        known = [
            flag for key in zip(own["customer"], own["order"], strict=True) if (flag := price.get(key)) is not None
        ]
        rows.append(
            {
                "customer_id": customer,
                "recency_days": (history.as_of(scope) - occasions["day"].iloc[-1]).days,
                "frequency": len(occasions),
                "monetary": money(mine["net"].sum()),
                "basket": money(occasions["net"].sum()) / len(occasions),
                "gap_pairs": len(pairs),
                "unevenness": pairs.mean() if len(pairs) else 0.0,
                "category_pairs": max(len(kinds) - 1, 0),
                "category_changes": sum(a != b for a, b in pairwise(kinds)),
                "orders_of_known_price": len(known),
                "discounted_orders": sum(known),
                "orders_placed": len(own),
                "returned_orders": min(returned.get(customer, 0), len(own)),
                "orders_of_known_channel": int(own["channel"].notna().sum()),
                "main_channel_orders": int((own["channel"] == main).sum()) if main else 0,
                "second_channel_orders": int((own["channel"] == second).sum()) if second else 0,
            }
        )
    return pd.DataFrame(rows)


def _refunds_only(history: History, orders: pd.DataFrame, scope: Scope) -> pd.Series:
    """Rows that are no order: refunds that name none, and those booked on their own day."""
    lines = history.lines_known(scope)
    has_sale = (~lines["is_refund"]).groupby([lines["customer"], lines["order"]], observed=True).any()
    keys = pd.MultiIndex.from_frame(orders[["customer", "order"]])
    return orders["is_refund"] | ~has_sale.reindex(keys).to_numpy(dtype=bool)


def _main_categories(orders: pd.DataFrame) -> list[str]:
    """The category of each day: that of the dearest order, of equally dear ones the first in the alphabet."""
    known = orders[orders["category"].notna() & (orders["net"] > 0)]
    known = known.sort_values(["day", "net", "category"], ascending=[True, False, True])
    return known.drop_duplicates("day")["category"].tolist()


def _on_discount(history: History, lines: pd.DataFrame, scope: Scope) -> dict[tuple[str, str], bool | None]:
    """By order: whether any line was on discount; None where that is not known of each line."""
    if "discount" not in lines:
        return {}
    kept = history.lines_known(scope)
    kept = kept.assign(discount=lines["discount"].reindex(kept.index).astype("float64"))
    kept = kept[~kept["is_refund"]]
    found: dict[tuple[str, str], bool | None] = {}
    for key, values in kept.groupby(["customer", "order"], observed=True)["discount"]:
        found[key] = True if (values > 0).any() else False if values.notna().all() else None
    return found


def _returned(history: History, orders: pd.DataFrame, placed: pd.DataFrame, scope: Scope) -> dict[str, int]:
    """By customer: orders with a refund by now, and refunds in the window that name no order."""
    lines = history.lines_known(scope)
    refunded = lines[lines["is_refund"]][["customer", "order"]].drop_duplicates()
    of_orders = refunded.merge(placed[["customer", "order"]], on=["customer", "order"])
    alone = orders[_refunds_only(history, orders, scope)][["customer", "order"]]
    return pd.concat([of_orders, alone]).drop_duplicates().groupby("customer", observed=True).size().to_dict()
