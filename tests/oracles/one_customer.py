"""One customer, from the lines and days of the shop's history; filters are left aside."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.history import History, money
from tests.oracles.standing import rfm_scores

ATTRIBUTES = ("category", "product", "channel", "store")


def own_days(history: History, scope: Scope) -> pd.DataFrame:
    """The customer's days with an order or a refund, as known on the as-of date."""
    days = history.customer_days(scope.replace(filters=()))
    return days[days["customer"] == scope.customer].sort_values("day")


def own_lines(history: History, scope: Scope) -> pd.DataFrame:
    """The customer's lines up to the as-of date."""
    lines = history.lines_known(scope)
    return lines[lines["customer"] == scope.customer] if scope.customer else lines.iloc[:0]


def customer_facts(history: History, scope: Scope) -> pd.DataFrame:
    """One row, or none for who is not known by then."""
    names = ["customer_id", "first_on", "last_on", "days_away", "occasions", "orders", "revenue", "refunds"]
    names += ["profit", "margin", "average_order", "recency_days", "frequency", "monetary"]
    lines, on_file = own_lines(history, scope), (history.customers["customer_id"] == scope.customer).any()
    if lines.empty and not on_file:
        return pd.DataFrame(columns=names)
    days = own_days(history, scope)
    bought = days.loc[days["is_occasion"], "day"]
    window = days[history.in_window(days["day"], scope)]
    in_window = window.loc[window["is_occasion"], "day"]
    revenue, orders = money(days["net"].sum()), int(days["orders"].sum())
    profit = revenue - money(lines["cost"].sum()) if len(lines) and lines["cost"].notna().all() else np.nan
    as_of = history.as_of(scope)
    row = {
        "customer_id": scope.customer,
        "first_on": bought.min(),
        "last_on": bought.max(),
        "days_away": (as_of - bought.max()).days if len(bought) else np.nan,
        "occasions": len(bought),
        "orders": orders,
        "revenue": revenue,
        "refunds": -money(lines.loc[lines["is_refund"], "net"].sum()),
        "profit": profit,
        "margin": profit / revenue if revenue > 0 else np.nan,
        "average_order": revenue / orders if orders else np.nan,
        "recency_days": (as_of - in_window.max()).days if len(in_window) else np.nan,
        "frequency": len(in_window) or np.nan,
        "monetary": money(window["net"].sum()) if len(in_window) else np.nan,
    }
    return pd.DataFrame([row], columns=names).astype({"first_on": "datetime64[s]", "last_on": "datetime64[s]"})


def customer_gaps(history: History, scope: Scope) -> pd.DataFrame:
    """Days from each occasion to the next."""
    days = own_days(history, scope)
    bought = days.loc[days["is_occasion"], "day"].reset_index(drop=True)
    gaps = bought.diff().dt.days
    frame = pd.DataFrame({"customer_id": scope.customer, "on_day": bought, "gap_days": gaps})
    return frame[gaps.notna()]


def customer_months(history: History, scope: Scope) -> pd.DataFrame:
    """What the facts said at the end of each month since the first posting, and on the as-of date."""
    lines, as_of = own_lines(history, scope), history.as_of(scope)
    columns = ["customer_id", "on_day", "recency_days", "frequency", "monetary"]
    if lines.empty:
        return pd.DataFrame(columns=columns)
    ends = pd.date_range(lines["day"].min(), as_of, freq="ME")
    rows = []
    for day in sorted({*ends, as_of}):
        then = customer_facts(history, scope.replace(as_of=day.date()))
        rows.append(then.assign(on_day=day)[columns])
    return pd.concat(rows, ignore_index=True)


def customer_bought(history: History, scope: Scope) -> pd.DataFrame:
    """What the lines of each name add up to."""
    lines, parts = own_lines(history, scope), []
    for attribute in ATTRIBUTES:
        name = lines[attribute].where(lines[attribute].notna(), "").astype("str")
        for value, part in lines.groupby(name):
            sales, back = part[~part["is_refund"]], part[part["is_refund"]]
            all_known = len(sales) > 0 and sales["discount"].notna().all()
            parts.append(
                {
                    "customer_id": scope.customer,
                    "attribute": attribute,
                    "name": value,
                    "orders": sales["order"].nunique(),
                    "sold": money(sales["net"].sum()),
                    "taken_back": -money(back["net"].sum()),
                    "net": money(part["net"].sum()),
                    "discount": money(sales["discount"].sum()) if all_known else np.nan,
                }
            )
    columns = ["customer_id", "attribute", "name", "orders", "sold", "taken_back", "net", "discount"]
    frame = pd.DataFrame(parts, columns=columns)
    if frame.empty:
        return frame
    sold = frame["sold"].where(frame["sold"] != 0)
    everything = frame.groupby("attribute")["sold"].transform("sum")
    frame["money_share"] = frame["sold"] / everything.where(everything != 0)
    full = frame["sold"] + frame["discount"]
    frame["discount_share"] = frame["discount"] / full.where(full != 0)
    return frame.assign(returned_share=frame["taken_back"] / sold)


def rfm_cuts(history: History, scope: Scope, rules: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest value of those who have a score."""
    scores = rfm_scores(history, scope, rules)
    parts = [
        scores.groupby(score)[value].agg(low="min", high="max", customers="count").assign(figure=figure)
        for figure, value, score in (
            ("recency", "recency_days", "r_score"),
            ("frequency", "frequency", "f_score"),
            ("monetary", "monetary", "m_score"),
        )
    ]
    return pd.concat(part.rename_axis("score").reset_index() for part in parts)
