"""Why customers come: type of each by what they do and say."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles import standing
from tests.oracles.compare import wilson
from tests.oracles.history import History, money, remembered
from tests.oracles.movements import lapse_days

TYPES = ["trust", "monopoly", "interest", "kinship", "inertia", "trust or inertia", "latent", "none", "latent or none"]
MISSING = {
    "trust": "surveys.perceived",
    "monopoly": "surveys.could_switch",
    "interest": "transactions.discount",
    "kinship": "customers.referred_by",
    "inertia": "surveys.perceived",
    "latent": "surveys.perceived",
    "none": "surveys.perceived",
}
"""Without which column a type cannot be told."""

ANSWERS = ("expected", "perceived", "spend_elsewhere", "spend_days", "shop_rank", "shops_used", "could_switch")


def answers(history: History, scope: Scope) -> pd.DataFrame:
    """Answered questions of known customers by the as-of date, in the order in which they were answered."""
    asked = history.surveys.reindex(columns=["response_id", "customer_id", "answered_at", "dimension", *ANSWERS])
    asked["answered_at"] = pd.to_datetime(asked["answered_at"])
    known = asked["customer_id"].notna() & (asked["answered_at"].dt.normalize() <= history.as_of(scope))
    return asked[known].astype({"customer_id": "str"}).sort_values(["answered_at", "response_id"])


@remembered
def attitudes(history: History, scope: Scope) -> pd.Series:
    """What each customer who answered thinks of the shop, by the latest answer: likes it, lukewarm, dislikes it."""
    said = answers(history, scope)
    found: dict[str, str] = {}
    for (customer, _response), rows in said.groupby(["customer_id", "response_id"], sort=False):
        recommend = rows.loc[rows["dimension"] == "recommend", "perceived"].dropna()
        rated = rows[(rows["dimension"] != "recommend")].dropna(subset=["perceived", "expected"])
        if len(recommend):
            score = recommend.max()
            found[customer] = "likes" if score >= 9 else "dislikes" if score <= 6 else "lukewarm"
        elif rated["expected"].sum():
            index = rated["perceived"].sum() / rated["expected"].sum()
            found[customer] = "likes" if index >= 1 else "dislikes" if index < 0.9 else "lukewarm"
    return pd.Series(found, dtype="object")


@remembered
def could_switch(history: History, scope: Scope) -> pd.Series:
    """Whether each customer who said so could buy elsewhere, by the latest answer."""
    said = answers(history, scope).dropna(subset=["could_switch"])
    return said.groupby("customer_id")["could_switch"].last().astype("bool")


@remembered
def deals(history: History, scope: Scope) -> pd.DataFrame:
    """Units and units on discount of each customer in scope, of orders worth more than nothing in the window."""
    orders = history.customer_orders(scope)
    orders = orders.loc[(orders["net"] > 0) & ~orders["is_refund"], ["customer", "order"]]
    lines = history.lines_known(scope)
    lines = lines[~lines["is_refund"] & lines["discount"].notna()].merge(orders, on=["customer", "order"])
    lines = lines.assign(units=lines["units"].fillna(1))
    lines = lines[lines["units"] > 0]
    lines["on_discount"] = lines["units"].where(lines["discount"] > 0, 0)
    lines["customer"] = lines["customer"].astype("str")
    return lines.groupby("customer")[["units", "on_discount"]].sum()


def referred(history: History, scope: Scope) -> set:
    """Customers whom another one referred."""
    named = history.customers.reindex(columns=["customer_id", "referred_by"]).dropna()["customer_id"]
    made = history.referrals.reindex(columns=["referred_id", "referred_at"])
    made = made[pd.to_datetime(made["referred_at"]).dt.normalize() <= history.as_of(scope)]["referred_id"].dropna()
    return set(named) | set(made)


@remembered
def conduct(history: History, scope: Scope) -> pd.DataFrame:
    """What each customer with an occasion in the window does and says, and the type; by customer."""
    found = standing.totals(history, scope)
    first = history.members(scope)
    first.index = first.index.astype("str")
    quarter = first.reindex(found.index).dt.to_period("Q")
    # In whole numbers: above the mean is more than all of the quarter shared out evenly.
    groups = found.groupby(quarter)["occasions"]
    above = found["occasions"] * groups.transform("size") > groups.transform("sum")
    window = lapse_days(history, scope)
    away = (history.as_of(scope) - found["last_on"]).dt.days
    found["often"] = above & ((away < window) if window is not None else True)
    found["attitude"] = attitudes(history, scope).reindex(found.index).fillna("unknown")
    bought = deals(history, scope)
    if len(bought):
        own, shop = bought["on_discount"] / bought["units"], bought["on_discount"].sum() / bought["units"].sum()
        keen = (own > shop) & (own >= min(1, 2 * shop))
        found["on_deals"] = keen.reindex(found.index, fill_value=False)
    else:
        found["on_deals"] = False
    found["tied"] = ~could_switch(history, scope).reindex(found.index).fillna(True).astype("bool")
    found["kin"] = found.index.isin(referred(history, scope))
    found["loyalty_type"] = [_type(row) for row in found.to_dict("records")]
    return found


def _type(row: dict) -> str:
    attitude = row["attitude"]
    if not row["often"]:
        return {"likes": "latent", "unknown": "latent or none"}.get(attitude, "none")
    if attitude == "likes":
        return "trust"
    for fact, kind in (("tied", "monopoly"), ("on_deals", "interest"), ("kin", "kinship")):
        if row[fact]:
            return kind
    return "trust or inertia" if attitude == "unknown" else "inertia"


def missing(history: History, scope: Scope) -> set:
    """The columns in which this data holds nothing for known customers."""
    known = customers_known(history, scope)
    has = {
        "surveys.perceived": known.intersection(attitudes(history, scope).index),
        "surveys.could_switch": known.intersection(could_switch(history, scope).index),
        "transactions.discount": deals(history, scope).index,
        "customers.referred_by": known & referred(history, scope),
    }
    return {column for column, customers in has.items() if not len(customers)}


def customers_known(history: History, scope: Scope) -> set:
    """Customers with any line by the as-of date."""
    return set(history.lines_known(scope)["customer"].astype("str")) - {""}


def loyalty_types(history: History, scope: Scope) -> pd.DataFrame:
    """Every type, empty ones too."""
    found = conduct(history, scope)
    found["answered"] = found["attitude"] != "unknown"
    found["often_answered"] = found["often"] & found["answered"]
    groups = found.groupby("loyalty_type")
    frame = groups[["occasions", "often", "answered", "often_answered"]].sum().assign(customers=groups.size())
    frame["revenue"] = money(groups["net"].sum())
    frame = frame.reindex(TYPES).fillna(0).astype("float64")
    everyone, everything, told = len(found), money(found["net"].sum()), frame["answered"].sum()
    frame["customer_share"] = frame["customers"] / everyone if everyone else np.nan
    frame["revenue_share"] = frame["revenue"] / everything if everything else np.nan
    frame["answered_share"] = frame["answered"] / told if told else np.nan
    frame["low"], frame["high"] = wilson(frame["answered"], pd.Series(told, index=frame.index))
    absent = missing(history, scope)
    frame["missing"] = [MISSING[name] if MISSING.get(name) in absent else None for name in frame.index]
    return frame.rename_axis("loyalty_type").reset_index()


def conditions_met(history: History, scope: Scope) -> pd.DataFrame:
    """How many customers fulfil each condition."""
    found = conduct(history, scope)
    met = {
        "comes often": found["often"],
        "comes seldom": ~found["often"],
        "likes the shop": found["attitude"] == "likes",
        "is lukewarm": found["attitude"] == "lukewarm",
        "dislikes the shop": found["attitude"] == "dislikes",
        "has not answered": found["attitude"] == "unknown",
        "could not easily buy elsewhere": found["tied"],
        "buys on discount": found["on_deals"],
        "was referred": found["kin"],
    }
    frame = pd.DataFrame({"condition": list(met), "customers": [int(holds.sum()) for holds in met.values()]})
    frame["customer_share"] = frame["customers"] / len(found) if len(found) else np.nan
    return frame
