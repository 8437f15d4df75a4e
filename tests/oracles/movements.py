"""Customers and money by calendar period: the leaky bucket, revenue, and the account of all orders."""

from itertools import pairwise

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.compare import wilson
from tests.oracles.history import FREQUENCIES, History, ends, joined, money, periods, starts


def calendar(history: History, scope: Scope) -> pd.PeriodIndex:
    """Every period from the first order of a customer to the as-of date."""
    known = history.orders(scope)
    known = known[known["customer"] != ""]
    if known.empty:
        return pd.PeriodIndex([], freq=FREQUENCIES[scope.grain])
    first, last = periods(pd.Series([known["day"].min(), history.as_of(scope)]), scope.grain)
    return pd.period_range(first, last)


def states(found: pd.PeriodIndex, begins: pd.Timestamp, as_of: pd.Timestamp) -> np.ndarray:
    """Complete once the last day is not after the as-of date; partial where the first day is not in the data."""
    whole = np.where(starts(found) < begins, "partial", "complete")
    return np.where(ends(found) <= as_of, whole, "in_progress")


def data_begin(history: History, scope: Scope) -> pd.Timestamp:
    """The first day with an order or a refund of a customer."""
    known = history.orders(scope)
    return known.loc[known["customer"] != "", "day"].min()


def lapse_days(history: History, scope: Scope) -> int | None:
    """The scope's, else the smallest t with 1 - S(t) >= 0.9 (1 - S(end)); None where fewer than 100 gaps are seen.

    S is the Kaplan-Meier curve of the gaps between occasions; those that still last are censored at the as-of date.
    """
    if scope.lapse_days:
        return scope.lapse_days
    days = history.occasions(scope, filtered=False).sort_values(["customer", "day"])
    following = days.groupby("customer", observed=True)["day"].shift(-1)
    length = (following.fillna(history.as_of(scope)) - days["day"]).dt.days
    if following.notna().sum() < 100:
        return None
    waiting, back = 1.0, {}
    for day in sorted(set(length[following.notna()])):
        waiting *= 1 - (length[following.notna()] == day).sum() / (length >= day).sum()
        back[day] = 1 - waiting
    return int(next(day for day, share in back.items() if share >= 0.9 * max(back.values()) - 1e-12))


def moves(history: History, scope: Scope) -> pd.DataFrame:
    """Every movement of every customer: customer, day, movement (new, lapsed, reactivated)."""
    as_of, window = history.as_of(scope), lapse_days(history, scope)
    first = history.members(scope)
    entered = pd.DataFrame({"customer": first.index.astype("str"), "day": first.to_numpy()})
    counted = history.occasions(scope)
    later = counted[counted["day"] > joined(counted["customer"], first)].astype({"customer": "str"})
    parts = [entered.assign(movement="new")]
    if window is not None:
        days = pd.concat([entered, later]).sort_values(["customer", "day"])
        days["lapse"] = days["day"] + pd.Timedelta(days=window)
        days["next"] = days.groupby("customer")["day"].shift(-1)
        # A purchase on the very day of the lapse comes in time.
        ended = days[np.where(days["next"].notna(), days["next"] > days["lapse"], days["lapse"] <= as_of)]
        back = ended.dropna(subset=["next"])
        parts.append(pd.DataFrame({"customer": ended["customer"], "day": ended["lapse"], "movement": "lapsed"}))
        parts.append(pd.DataFrame({"customer": back["customer"], "day": back["next"], "movement": "reactivated"}))
    return pd.concat(parts, ignore_index=True)


def customer_flow(history: History, scope: Scope) -> pd.DataFrame:
    """The bucket of each period, filled and emptied movement by movement."""
    moved = moves(history, scope)
    moved["period"] = periods(moved["day"], scope.grain)
    window = lapse_days(history, scope)
    active: set = set()
    rows = []
    nothing = moved.iloc[:0]
    by_period = dict(iter(moved.sort_values("day", kind="stable").groupby("period")))
    for period in calendar(history, scope):
        opening = set(active)
        mine = by_period.get(period, nothing)
        lapsed = set(mine.loc[mine["movement"] == "lapsed", "customer"])
        for customer, movement in zip(mine["customer"], mine["movement"], strict=True):
            (active.discard if movement == "lapsed" else active.add)(customer)
        counts = mine["movement"].value_counts()
        rows.append(
            {
                "period": period.start_time.normalize(),
                "opening": len(opening),
                "new": counts.get("new", 0),
                "retained": len(opening - lapsed),
                "reactivated": counts.get("reactivated", 0),
                "lapsed": counts.get("lapsed", 0),
                "closing": len(active),
                "lapse_days": np.nan if window is None else window,
            }
        )
    columns = ["period", "opening", "new", "retained", "reactivated", "lapsed", "closing", "lapse_days"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(state=states(calendar(history, scope), data_begin(history, scope), history.as_of(scope)))


def revenue_by_period(history: History, scope: Scope) -> pd.DataFrame:
    """Net revenue of each period, from new customers and from those who came before."""
    found = calendar(history, scope)
    days = history.customer_days(scope)
    days = days[days["customer"].isin(history.kept_customers(scope))]
    days = days.assign(period=periods(days["day"], scope.grain))
    first = history.first_days(scope)
    came = pd.Series(periods(first, scope.grain), index=first.index)
    came_in = days["customer"].astype("str").map(came.rename(index=str).astype(object))
    days["is_new"] = (came_in == days["period"].astype(object)).to_numpy()
    bought = days[days["is_occasion"]]
    frame = pd.DataFrame(index=found)
    frame["customers"] = bought.groupby("period")["customer"].nunique()
    frame["orders"] = days.groupby("period")["orders"].sum()
    frame["revenue"] = money(days.groupby("period")["net"].sum())
    frame["new_revenue"] = money(days[days["is_new"]].groupby("period")["net"].sum())
    frame["new_customers"] = bought[bought["is_new"]].groupby("period")["customer"].nunique()
    frame = frame.fillna(0)
    frame["returning_revenue"] = frame["revenue"] - frame["new_revenue"]
    frame["returning_customers"] = frame["customers"] - frame["new_customers"]
    frame["state"] = states(found, data_begin(history, scope), history.as_of(scope))
    return frame.reset_index(drop=True).assign(period=starts(found))


def what_counts(history: History, scope: Scope) -> pd.DataFrame:
    """Every order up to the as-of date by why it counts or not; filters do not apply."""
    orders = history.orders(scope)
    days = history.customer_days(scope, filtered=False)
    occasions = pd.MultiIndex.from_frame(days.loc[days["is_occasion"], ["customer", "day"]])
    on_occasion = pd.MultiIndex.from_frame(orders[["customer", "day"]]).isin(occasions)
    lines = history.lines_known(scope)
    sold = pd.MultiIndex.from_frame(lines.loc[~lines["is_refund"], ["customer", "order"]].drop_duplicates())
    was_sold = pd.MultiIndex.from_frame(orders[["customer", "order"]]).isin(sold) & ~orders["is_refund"]
    reasons = {
        "guest": orders["customer"] == "",
        "refunded_beyond_value": (orders["net"] < 0) & was_sold,
        "refund_or_cancellation": orders["net"] < 0,
        "zero_value_or_fully_refunded": orders["net"] == 0,
        "counted": on_occasion,
    }
    orders = orders.assign(kind=np.select(list(reasons.values()), list(reasons), "day_worth_nothing"))
    frame = orders.groupby("kind").agg(orders=("net", "size"), revenue=("net", "sum")).reset_index()
    return frame.assign(revenue=money(frame["revenue"]), share=frame["orders"] / len(orders))


def lapse_windows(history: History, scope: Scope) -> pd.DataFrame:
    """What each window would mean, gap by gap; a gap that still lasts has no length."""
    as_of, used = history.as_of(scope), lapse_days(history, scope)
    days = history.occasions(scope, filtered=False)
    days = days[days["customer"].isin(history.members(scope).index)].astype({"customer": "str"})
    gaps = pd.DataFrame(
        [
            ((as_of - day).days, (after - day).days if after is not None else np.nan)
            for _customer, bought in days.groupby("customer")["day"]
            for day, after in pairwise([*sorted(bought), None])
        ],
        columns=["since", "gap"],
        dtype="float64",
    )
    rows = []
    for window in sorted({14, 30, 45, 60, 90, 120, 180, 270, 365, 540} | ({used} if used else set())):
        silent = gaps[(gaps["since"] >= window + 365) & ~(gaps["gap"] <= window)]
        rows.append(
            {
                "lapse_days": window,
                "use": "chosen" if window == used else "could_be",
                "gaps": gaps["gap"].notna().sum(),
                "shorter_gaps": (gaps["gap"] <= window).sum(),
                "gone": (gaps["gap"].isna() & (gaps["since"] >= window)).sum(),
                "silent": len(silent),
                "came_back": (silent["gap"] <= window + 365).sum(),
            }
        )
    frame = pd.DataFrame(rows)[: len(rows) if len(days) else 0]
    for share, over, under in (("shorter_share", "shorter_gaps", "gaps"), ("came_back_share", "came_back", "silent")):
        frame[share] = frame[over] / frame[under].astype("float64").where(frame[under] > 0)
    frame["low"], frame["high"] = wilson(frame["came_back"], frame["silent"])
    return frame
