"""The cohort triangle and the retention curve, member by member and age by age."""

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from tests.oracles.compare import wilson
from tests.oracles.history import FREQUENCIES, ROLLING, History, ends, joined, money, periods, remembered, starts

SUMS = ["size", "retained", "orders", "revenue", "first_revenue", "cumulative_revenue"]


def cohort_retention(history: History, scope: Scope) -> pd.DataFrame:
    """All cells and the pooled row of every age that has complete cells."""
    cells = triangle(history, scope)
    complete = pooled_cells(cells, scope)
    pooled = complete.groupby("age", as_index=False)[SUMS].sum().assign(cohort=pd.NaT, state="pooled")
    both = pd.concat([cells, pooled], ignore_index=True) if len(pooled) else cells
    return _ratios(both)


def retention_curve(history: History, scope: Scope) -> pd.DataFrame:
    """One row an age with a complete cell; without the projection."""
    complete = pooled_cells(triangle(history, scope), scope)
    curve = complete.groupby("age").agg(cohorts=("size", "count"), size=("size", "sum"), retained=("retained", "sum"))
    curve = curve.reset_index()
    curve["retention"] = curve["retained"] / curve["size"]
    curve["low"], curve["high"] = wilson(curve["retained"], curve["size"])
    return curve


def back_test_cells(history: History, scope: Scope) -> pd.DataFrame:
    """By age: customers and retained of the complete cells that were not complete a third of the ages ago.

    Only for the calendar clock, where a cell is complete or not by its cohort and age alone.
    """
    complete = pooled_cells(triangle(history, scope), scope)
    if complete.empty:
        return pd.DataFrame(columns=["age", "held_out", "size_since", "retained_since"])
    back = int(complete["age"].max()) // 3
    newest = complete.groupby("cohort")["age"].transform("max")
    since = complete[complete["age"] > newest - back]
    sums = since.groupby("age")[["size", "retained"]].sum().reindex(sorted(complete["age"].unique()), fill_value=0)
    return sums.reset_index().rename(columns={"size": "size_since", "retained": "retained_since"}).assign(held_out=back)


def retention_by_group(history: History, scope: Scope) -> pd.DataFrame:
    """The pooled curve of each group: the triangle of all, counted group by group."""
    groups, cells = history.groups(scope), []
    complete = pooled_cells(triangle(history, scope), scope)[["cohort", "age"]]
    everybody = history.members(scope)
    for name in groups.fillna("").unique():
        first = everybody[everybody.index.astype("str").isin(groups.index[groups.fillna("") == name])]
        members = pd.DataFrame({"first_on": first, "cohort": periods(first, scope.grain)})
        days = _aged_days(history, members, scope)
        for cohort, group in members.groupby("cohort"):
            start = cohort.start_time.normalize()
            ages = complete.loc[complete["cohort"] == start, "age"]
            if len(ages):
                bought = days[(days["cohort"] == cohort) & days["is_occasion"]]
                retained = _retained(bought, len(group), scope, int(ages.max()))
                cells += [(name if scope.by else None, a, len(group), retained[a]) for a in ages.astype(int)]
    frame = pd.DataFrame(cells, columns=["group_name", "age", "size", "retained"])
    sums = frame.groupby(["group_name", "age"], dropna=False, as_index=False).agg(
        cohorts=("size", "count"), size=("size", "sum"), retained=("retained", "sum")
    )
    sums["retention"] = sums["retained"] / sums["size"]
    sums["low"], sums["high"] = wilson(sums["retained"], sums["size"])
    return sums


def pooled_cells(cells: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The complete cells of cohorts beyond the edge of the data; of all, where none of those has a return to tell."""
    complete = cells[cells["state"] == "complete"]
    settled = complete[is_settled(complete, scope)]
    return settled if (settled["age"] > 0).any() else complete


def is_settled(cells: pd.DataFrame, scope: Scope) -> pd.Series:
    """Which cells are of cohorts that begin on or after the day that the scope names."""
    if scope.settled_from is None or cells.empty:
        return pd.Series(True, cells.index)
    return cells["cohort"].dt.date >= scope.settled_from


@remembered
def triangle(history: History, scope: Scope) -> pd.DataFrame:
    """One row a cohort and age, NULL where unobservable; money in units."""
    as_of = history.as_of(scope)
    first = history.members(scope)
    if first.empty:
        return pd.DataFrame(columns=["cohort", "age", "state", *SUMS])
    members = pd.DataFrame({"first_on": first, "cohort": periods(first, scope.grain)})
    days = _aged_days(history, members, scope)
    oldest = int(_age_on(as_of, members, scope).max())
    cells = [
        _cells(cohort, group["first_on"], days[days["cohort"] == cohort], oldest, as_of, scope)
        for cohort, group in members.groupby("cohort")
    ]
    return pd.concat(cells, ignore_index=True)


def _cells(
    cohort: pd.Period, first: pd.Series, days: pd.DataFrame, oldest: int, as_of: pd.Timestamp, scope: Scope
) -> pd.DataFrame:
    """The cells of one cohort, age by age."""
    by_age = days.groupby("age")[["net", "orders"]].sum().reindex(range(oldest + 1), fill_value=0)
    cells = pd.DataFrame(
        {
            "retained": _retained(days[days["is_occasion"]], len(first), scope, oldest),
            "orders": by_age["orders"].to_numpy(),
            "revenue": money(by_age["net"]).to_numpy(),
            "first_revenue": money(by_age["net"][0]),
            "cumulative_revenue": money(by_age["net"].cumsum()).to_numpy(),
        }
    ).astype("float64")
    state = _states(cohort, oldest, first, as_of, scope)
    cells[state == "unobservable"] = np.nan
    return cells.assign(cohort=cohort.start_time.normalize(), age=range(oldest + 1), state=state, size=len(first))


def _aged_days(history: History, members: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The members' days that count, each with its age; it is negative before the period of the first occasion."""
    days = history.customer_days(scope)
    days = days[days["customer"].isin(members.index)]
    days = days.assign(**{name: joined(days["customer"], members[name]) for name in members})
    if scope.clock == "calendar":
        entered = pd.PeriodIndex(days["cohort"], freq=FREQUENCIES[scope.grain])
        return days.assign(age=_ordinals(periods(days["day"], scope.grain)) - _ordinals(entered))
    return days.assign(age=(days["day"] - days["first_on"]).dt.days // ROLLING[scope.grain])


def _ordinals(found: pd.PeriodIndex) -> np.ndarray:
    return found.asi8


def _age_on(day: pd.Timestamp, members: pd.DataFrame, scope: Scope) -> pd.Series:
    """How old each member is, in periods, on a day."""
    if scope.clock == "calendar":
        now = periods(pd.Series([day]), scope.grain).asi8[0]
        return pd.Series(now - _ordinals(pd.PeriodIndex(members["cohort"])))
    return (day - members["first_on"]).dt.days // ROLLING[scope.grain]


def _retained(occasions: pd.DataFrame, size: int, scope: Scope, oldest: int) -> list[int]:
    """How many of the members count as retained, by age. At age 0 all do, but for `cumulative`: who bought again."""
    if scope.criterion == "exact":
        found = occasions.groupby("age")["customer"].nunique()
        return [size, *(int(found.get(age, 0)) for age in range(1, oldest + 1))]
    if scope.criterion == "on_or_after":
        last = occasions.groupby("customer", observed=True)["age"].max()
        return [size, *(int((last >= age).sum()) for age in range(1, oldest + 1))]
    again = occasions[occasions["day"] > occasions["first_on"]]
    soonest = again.groupby("customer", observed=True)["age"].min()
    return [int((soonest <= age).sum()) for age in range(oldest + 1)]


def _states(cohort: pd.Period, oldest: int, first: pd.Series, as_of: pd.Timestamp, scope: Scope) -> np.ndarray:
    """By age: complete when the period is over for every member and nobody can join any more."""
    if scope.clock == "calendar":
        found = pd.period_range(cohort, periods=oldest + 1)
        begin, end = starts(found), ends(found)
    else:
        lengths = pd.to_timedelta(np.arange(oldest + 2) * ROLLING[scope.grain], unit="D")
        begin = first.min() + lengths[:-1]
        end = first.max() + lengths[1:] - pd.Timedelta(days=1)
        end = end.where(end > cohort.end_time.normalize(), cohort.end_time.normalize())
    return np.where(end <= as_of, "complete", np.where(begin <= as_of, "in_progress", "unobservable"))


def _ratios(cells: pd.DataFrame) -> pd.DataFrame:
    size = cells["size"].astype("float64")
    low, high = wilson(cells["retained"], size)
    return cells.assign(
        retention=cells["retained"] / size,
        low=low,
        high=high,
        orders_per_customer=cells["orders"] / size,
        revenue_retention=cells["revenue"] / cells["first_revenue"].where(cells["first_revenue"] != 0),
        cumulative_revenue_per_customer=cells["cumulative_revenue"] / size,
    )
