"""How much of the range customers buy, and the share of their money for such goods."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles import standing
from tests.oracles.compare import wilson
from tests.oracles.history import MONEY, History, money, remembered
from tests.oracles.loyalty import answers
from tests.oracles.movements import lapse_days

KINDS = ["one category", "several categories"]


def category_days(history: History, scope: Scope) -> pd.DataFrame:
    """customer, day, category: what was bought of it in the orders of a day of purchase is worth more than nothing."""
    lines = history.lines_known(scope)
    lines = lines[(lines["customer"] != "") & lines["category"].notna()]
    if scope.refunds == "own_date":
        lines = lines[~lines["is_refund"]]
    worth = lines.groupby(["customer", "order", "category"], observed=True)["net"].sum()
    worth = worth[worth > 0].reset_index()
    orders = history.orders(scope)
    orders = orders[~orders["is_refund"] & orders["customer"].isin(history.kept_customers(scope))]
    orders = orders.loc[history._keeps(orders, scope), ["customer", "order", "day"]]
    found = worth.merge(orders, on=["customer", "order"]).merge(history.occasions(scope), on=["customer", "day"])
    found["customer"] = found["customer"].astype("str")
    return found[["customer", "day", "category"]].drop_duplicates()


def offered(history: History, scope: Scope) -> int:
    """Categories sold to anybody in the window."""
    lines = history.lines_known(scope)
    lines = lines[~lines["is_refund"] & (lines["net"] > 0) & history.in_window(lines["day"], scope)]
    return lines["category"].nunique()


def customers(history: History, scope: Scope) -> pd.DataFrame:
    """Customers with an occasion in the window: categories (NULL where unknown), group, occasions, net."""
    found = standing.totals(history, scope)
    days = category_days(history, scope)
    days = days[history.in_window(days["day"], scope)]
    found["categories"] = days.groupby("customer")["category"].nunique().reindex(found.index).astype("float64")
    found["group_name"] = history.groups(scope).reindex(found.index)
    return found


def category_coverage(history: History, scope: Scope) -> pd.DataFrame:
    """Means and shares of each group."""
    on_offer, rows = offered(history, scope), []
    for group, mine in customers(history, scope).groupby("group_name", dropna=False):
        known = mine.dropna(subset=["categories"])
        single = known[known["categories"] == 1]
        low, high = standing.mean_interval(known["categories"])
        over = on_offer or np.nan
        rows.append(
            {
                "group_name": group,
                "offered": on_offer,
                "customers": len(known),
                "unknown": len(mine) - len(known),
                "categories": known["categories"].mean(),
                "coverage": known["categories"].mean() / over,
                "low": max(low / over, 0),
                "high": min(high / over, 1),
                "one_category": len(single),
                "one_share": len(single) / len(known) if len(known) else np.nan,
                "one_revenue": money(single["net"].sum()),
                "revenue": money(known["net"].sum()),
            }
        )
    names = ["group_name", "offered", "customers", "unknown", "categories", "coverage", "low", "high", "one_category"]
    return pd.DataFrame(rows, columns=[*names, "one_share", "one_revenue", "revenue"])


def categories_bought(history: History, scope: Scope) -> pd.DataFrame:
    """Customers, purchases and money by number of categories."""
    found = customers(history, scope)
    groups = found.groupby(["group_name", "categories"], dropna=False)
    frame = groups.agg(customers=("net", "size"), occasions=("occasions", "sum"), revenue=("net", "sum")).reset_index()
    frame["revenue"] = money(frame["revenue"].astype("float64"))
    known = frame[frame["categories"].notna()]
    sums = known.groupby("group_name", dropna=False)[["customers", "revenue"]].sum()
    for share, of in (("customer_share", "customers"), ("revenue_share", "revenue")):
        total = sums[of].reindex(frame["group_name"]).to_numpy("float64")
        part = frame[of].where(frame["categories"].notna()).astype("float64")
        frame[share] = part / np.where(total != 0, total, np.nan)
    frame["coverage"] = frame["categories"] / (offered(history, scope) or np.nan)
    frame["mean_frequency"] = frame["occasions"] / frame["customers"]
    return frame.astype({"categories": "Int64"})


def coverage_repeat(history: History, scope: Scope) -> pd.DataFrame:
    """Customers after 1 to 5 purchases in one category or in several, and how many came again in time."""
    window, as_of = lapse_days(history, scope), history.as_of(scope)
    first = history.members(scope)
    first.index = first.index.astype("str")
    first = first[history.in_window(first, scope)]
    bought = category_days(history, scope).groupby(["customer", "day"])["category"].agg(set).to_dict()
    rows = []
    days_of = history.occasions(scope).astype({"customer": "str"}).groupby("customer")["day"].agg(sorted)
    for customer, days in days_of[days_of.index.isin(first.index)].items():
        seen: set = set()
        for number, day in enumerate(days[:5], start=1):
            here = bought.get((customer, day))
            if here is None or window is None or (as_of - day).days < window:
                break
            seen |= here
            following = days[number] if number < len(days) else None
            back = following is not None and (following - day).days <= window
            rows.append((number, KINDS[len(seen) > 1], back))
    frame = pd.DataFrame(rows, columns=["purchases", "kind", "back"])
    counts = (
        frame.groupby(["purchases", "kind"])["back"].agg(size="size", retained="sum").astype("float64").reset_index()
    )
    counts["retention"] = counts["retained"] / counts["size"]
    counts["low"], counts["high"] = wilson(counts["retained"], counts["size"])
    by = counts.set_index(["purchases", "kind"])
    for name in ("difference", "difference_low", "difference_high"):
        counts[name] = [_newcombe(by, number)[name] for number in counts["purchases"]]
    return counts


def _newcombe(by: pd.DataFrame, purchases: int) -> dict[str, float]:
    """Newcombe's method 10, several categories less one."""
    keys = [(purchases, "several categories"), (purchases, "one category")]
    if not all(key in by.index for key in keys):
        return dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
    a, b = (by.loc[key] for key in keys)
    gap = a["retention"] - b["retention"]
    down = np.hypot(a["retention"] - a["low"], b["high"] - b["retention"])
    up = np.hypot(a["high"] - a["retention"], b["retention"] - b["low"])
    return {"difference": gap, "difference_low": gap - down, "difference_high": gap + up}


@remembered
def wallets(history: History, scope: Scope) -> pd.DataFrame:
    """Each customer with an occasion in the window: method, share of wallet, money here and elsewhere."""
    found = standing.totals(history, scope)
    found["group_name"] = history.groups(scope).reindex(found.index)
    days = history.customer_days(scope, filtered=False).astype({"customer": "str"})
    days = dict(list(days.groupby("customer")))
    told: dict[str, tuple] = {}
    for (customer, _response), rows in answers(history, scope).groupby(["customer_id", "response_id"], sort=False):
        told[customer] = _wallet(rows, days.get(customer)) or told.get(customer)
    columns = ["method", "wallet_share", "spend_here", "spend_elsewhere"]
    values = [told.get(customer) or ("unknown", np.nan, np.nan, np.nan) for customer in found.index]
    return found.join(pd.DataFrame(values, index=found.index, columns=columns))


def _wallet(rows: pd.DataFrame, days: pd.DataFrame | None) -> tuple | None:
    """What one questionnaire tells."""
    elsewhere, period, rank, shops = (
        rows[name].dropna().max() for name in ("spend_elsewhere", "spend_days", "shop_rank", "shops_used")
    )
    if pd.notna(elsewhere) and elsewhere >= 0:
        elsewhere = float(elsewhere)
        last = rows["answered_at"].max().normalize()
        length = period if pd.notna(period) and period >= 1 else 30
        here = 0.0
        if days is not None:
            within = (days["day"] <= last) & (days["day"] > last - pd.Timedelta(days=int(length)))
            here = max(days.loc[within, "net"].sum() / MONEY, 0.0)
        if here + elsewhere > 0:
            return "spend", here / (here + elsewhere), here, elsewhere
    if pd.notna(rank) and pd.notna(shops) and 1 <= rank <= shops:
        return "rank", (1 - rank / (int(shops) + 1)) * 2 / int(shops), np.nan, np.nan
    return None


def share_of_wallet(history: History, scope: Scope) -> pd.DataFrame:
    """Mean share of wallet of each group and method; the interval of the share of money by the delta method."""
    rows = []
    for (group, method), mine in wallets(history, scope).groupby(["group_name", "method"], dropna=False):
        low, high = standing.mean_interval(mine["wallet_share"]) if method != "unknown" else (np.nan, np.nan)
        here, elsewhere = (
            mine[name].sum() if method == "spend" else np.nan for name in ("spend_here", "spend_elsewhere")
        )
        rows.append(
            {
                "group_name": group,
                "method": method,
                "customers": len(mine),
                "wallet_share": mine["wallet_share"].mean(),
                "low": max(low, 0),
                "high": min(high, 1),
                "spend_here": here,
                "spend_elsewhere": elsewhere,
                "share_of_money": here / (here + elsewhere),
                "revenue": money(mine["net"].sum()),
            }
        )
    names = ["group_name", "method", "customers", "wallet_share", "low", "high", "spend_here", "spend_elsewhere"]
    return pd.DataFrame(rows, columns=[*names, "share_of_money", "revenue"])


def wallet_fifths(history: History, scope: Scope) -> pd.DataFrame:
    """Customers by fifths of the way to all."""
    found = wallets(history, scope)
    found = found[found["method"] != "unknown"]
    found["fifth"] = np.minimum(5, 1 + np.floor(5 * found["wallet_share"])).astype("int64")
    groups = found.groupby(["group_name", "method", "fifth"], dropna=False)
    frame = groups.agg(customers=("net", "size"), revenue=("net", "sum"))
    return frame.assign(revenue=money(frame["revenue"].astype("float64"))).reset_index()
