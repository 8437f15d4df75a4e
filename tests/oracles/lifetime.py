"""Purchase histories: what models of repeat buying know of a customer."""

import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import History, joined, money


def customer_histories(history: History, scope: Scope) -> pd.DataFrame:
    """Repeat occasions of every customer with an occasion, their days and their mean spend; by customer."""
    first = history.members(scope)
    first.index = first.index.astype("str")
    days = history.customer_days(scope)
    days = days[days["is_occasion"]]
    days = days[days["day"] > joined(days["customer"], first)]
    repeats = days.assign(customer=days["customer"].astype("str")).groupby("customer")
    frame = pd.DataFrame({"customer_id": first.index})
    frame["repeats"] = repeats.size().reindex(first.index).fillna(0).astype("int64").to_numpy()
    last = repeats["day"].max().reindex(first.index).fillna(first)
    frame["days_to_last"] = (last - first).dt.days.to_numpy()
    frame["days_known"] = (history.as_of(scope) - first).dt.days.to_numpy()
    frame["mean_spend"] = money(repeats["net"].mean()).reindex(first.index).to_numpy()
    return frame


def purchase_histories(history: History, scope: Scope) -> pd.DataFrame:
    """Customers by history."""
    by = ["repeats", "days_to_last", "days_known"]
    return customer_histories(history, scope).groupby(by).size().rename("customers").reset_index()
