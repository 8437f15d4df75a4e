"""Retention by other tools' definitions, customer by customer."""

import numpy as np
import pandas as pd

from loyalty_metrics.measures.definitions import Definition
from loyalty_metrics.scope import Scope
from tests.oracles.history import FREQUENCIES, ROLLING, History


def share(history: History, scope: Scope, rule: Definition, age: int) -> float:
    """All cohorts' retention at an age; NaN where no cell can be taken."""
    rates, hits, outs = [], 0, 0
    for cohort, members in _cohorts(history, scope, rule).items():
        begins, ends = _span(cohort, members, rule, scope, age)
        as_of = history.as_of(scope)
        if begins > as_of or (rule.cells == "complete" and ends > as_of):
            continue
        size = len(members) if rule.out_of == "whole_cohort" or age == 0 else _kept(members, rule, age - 1)
        kept = _kept(members, rule, age)
        if size:
            rates.append(kept / size)
            hits, outs = hits + kept, outs + size
    if not rates:
        return np.nan
    return float(np.mean(rates)) if rule.averaged == "mean" else hits / outs


def _kept(members: list[dict], rule: Definition, age: int) -> int:
    if rule.criterion == "cumulative":
        return sum(any(back <= age for back in one["returns"]) for one in members)
    if age == 0:
        return len(members)
    if rule.criterion == "exact":
        return sum(age in one["ages"] for one in members)
    return sum(any(seen >= age for seen in one["ages"]) for one in members)


def _cohorts(history: History, scope: Scope, rule: Definition) -> dict[pd.Period, list[dict]]:
    """By cohort, its members: day of entry, ages of purchases, ages of returns."""
    ever, counted = (_purchases(history, scope, rule, filtered) for filtered in (False, True))
    found: dict[pd.Period, list[dict]] = {}
    for customer in sorted(ever):
        days = counted.get(customer, [])
        if rule.entry == "in_view":
            days = [day for day in days if history.in_window(pd.Series([day]), scope).iloc[0]]
            if not days:
                continue
        entry = min(days) if rule.entry == "in_view" else min(ever[customer])
        days = sorted(day for day in days if day >= entry)
        ages = [_age(entry, day, rule, scope) for day in days]
        # A second order on the same day is a return; a second order on the day of an occasion is not.
        again = [day > entry or (rule.event == "order" and days.count(day) > 1) for day in days]
        returns = [age for age, back in zip(ages, again, strict=True) if back]
        cohort = pd.Period(entry, FREQUENCIES[scope.grain])
        found.setdefault(cohort, []).append({"entry": entry, "ages": set(ages), "returns": returns})
    return found


def _purchases(history: History, scope: Scope, rule: Definition, filtered: bool) -> dict[str, list[pd.Timestamp]]:
    """The days on which each kept customer bought: one a day, or one an order."""
    asked = scope.replace(refunds=rule.refunds)
    kept = history.kept_customers(asked)
    if rule.event == "occasion":
        rows = history.occasions(asked, filtered)
    else:
        rows = history.orders(asked)
        only_refunds = history.lines_known(asked).groupby(["customer", "order"], observed=True)["is_refund"].all()
        refunds = pd.MultiIndex.from_frame(rows[["customer", "order"]].astype("str")).isin(
            [(str(c), str(o)) for c, o in only_refunds[only_refunds].index]
        )
        rows = rows[(rows["customer"] != "") & ~rows["is_refund"] & ~refunds]
        rows = rows[history._keeps(rows, asked)] if filtered else rows
    found: dict[str, list[pd.Timestamp]] = {}
    for customer, day in zip(rows["customer"].astype("str"), rows["day"], strict=True):
        if customer in kept:
            found.setdefault(customer, []).append(day)
    return found


def _age(entry: pd.Timestamp, day: pd.Timestamp, rule: Definition, scope: Scope) -> int:
    if rule.clock == "rolling":
        return (day - entry).days // ROLLING[scope.grain]
    frequency = FREQUENCIES[scope.grain]
    return (pd.Period(day, frequency) - pd.Period(entry, frequency)).n


def _span(
    cohort: pd.Period, members: list[dict], rule: Definition, scope: Scope, age: int
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The days on which the cell begins for its first member and ends for its last."""
    if rule.clock == "calendar":
        return (cohort + age).start_time, (cohort + age).end_time.normalize()
    length, days = ROLLING[scope.grain], [one["entry"] for one in members]
    begins = min(days) + pd.Timedelta(days=age * length)
    ends = max(days) + pd.Timedelta(days=(age + 1) * length - 1)
    return begins, max(ends, cohort.end_time.normalize())
