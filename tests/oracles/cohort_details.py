"""What stands beside a cell of the cohort triangle: intervals of money and orders, references, comparisons, changes.

Customer by customer, from the days on which each bought.
"""

import numpy as np
import pandas as pd
from scipy import stats

from loyalty_metrics.scope import Scope
from tests.oracles.cohorts import _aged_days, triangle
from tests.oracles.history import MONEY, ROLLING, History, ends, joined, periods


def members_of(history: History, scope: Scope) -> pd.DataFrame:
    """Customers in scope with first day and cohort."""
    first = history.members(scope)
    return pd.DataFrame({"first_on": first, "cohort": periods(first, scope.grain)})


def value_intervals(history: History, scope: Scope) -> pd.DataFrame:
    """Of every reached cell the 95 % interval of each ratio of sums, from the customers' residuals."""
    members = members_of(history, scope)
    days = _aged_days(history, members, scope).assign(customer=lambda d: d["customer"].astype("str"))
    by_age = days[days["age"] >= 0].groupby(["customer", "age"])[["net", "orders"]].sum()
    cells = triangle(history, scope)
    tables = {name: by_age[name].unstack(fill_value=0).reindex(columns=range(200), fill_value=0) for name in by_age}
    rows = []
    for cohort, group in members.groupby("cohort"):
        start = cohort.start_time.normalize()
        own = cells[(cells["cohort"] == start) & (cells["state"] != "unobservable")]
        names = group.index.astype("str")
        net, orders = (tables[name].reindex(names, fill_value=0) for name in ("net", "orders"))
        net, one = net / MONEY, np.ones(len(names))
        for age in own["age"]:
            rows.append(
                (
                    start,
                    age,
                    *ratio_interval(orders[age], one),
                    *ratio_interval(net[age], net[0]),
                    *ratio_interval(net.loc[:, :age].sum(axis=1), one),
                )
            )
    ratios = ("orders_per_customer", "revenue_retention", "cumulative_revenue_per_customer")
    return pd.DataFrame(
        rows, columns=["cohort", "age", *(f"{name}_{end}" for name in ratios for end in ("low", "high"))]
    )


def ratio_interval(y: pd.Series | np.ndarray, x: pd.Series | np.ndarray) -> tuple[float, float]:
    """Sum of y over sum of x, with Student's t on the spread of y - R x."""
    y, x = np.asarray(y, float), np.asarray(x, float)
    n = len(y)
    if n < 2 or x.sum() == 0:
        return np.nan, np.nan
    ratio = y.sum() / x.sum()
    half = stats.t.ppf(0.975, n - 1) * np.sqrt(n) * (y - ratio * x).std(ddof=1) / abs(x.sum())
    return ratio - half, ratio + half


def references(history: History, scope: Scope) -> dict[tuple[pd.Timestamp, int], list[tuple[int, int, int]]]:
    """Of every unfinished cell the complete cohorts of its age as they stood with as many days left.

    Returns:
        (size, still waited for, came all the same) of each cohort, oldest first.
    """
    members, cells, as_of = members_of(history, scope), triangle(history, scope), history.as_of(scope)
    occasions = history.occasions(scope)
    occasions = occasions.assign(**{name: joined(occasions["customer"], members[name]) for name in members})
    occasions = occasions[occasions["day"] > occasions["first_on"]].assign(age=lambda d: _age(d, scope))
    if scope.criterion == "cumulative":
        occasions = occasions.sort_values("day").groupby("customer", observed=True).head(1)
    seen = dict(list(occasions.groupby("cohort")))
    found = {}
    for cohort, age in cells.loc[cells["state"] == "in_progress", ["cohort", "age"]].itertuples(index=False):
        closed = ends(periods(pd.Series([cohort]), scope.grain))[0] <= as_of
        if not closed or (age == 0 and scope.criterion == "exact"):
            continue
        left = (_last_day(cohort, age, members, scope) - as_of).days
        found[cohort, age] = [
            _stood(other, age, left, members, seen, scope)
            for other in cells.loc[(cells["age"] == age) & (cells["state"] == "complete"), "cohort"]
        ]
    return found


def _age(days: pd.DataFrame, scope: Scope) -> pd.Series:
    if scope.clock == "rolling":
        return (days["day"] - days["first_on"]).dt.days // ROLLING[scope.grain]
    entered = periods(days["first_on"], scope.grain).asi8
    return pd.Series(periods(days["day"], scope.grain).asi8 - entered, index=days.index)


def _last_day(cohort: pd.Timestamp, age: int, members: pd.DataFrame, scope: Scope) -> pd.Timestamp:
    """The day on which the period at that age is over for the last member and nobody can join any more."""
    period = periods(pd.Series([cohort]), scope.grain)
    if scope.clock == "calendar":
        return ends(period + age)[0]
    last = members.loc[members["cohort"] == period[0], "first_on"].max()
    return max(last + pd.Timedelta(days=(age + 1) * ROLLING[scope.grain] - 1), ends(period)[0])


def _stood(
    cohort: pd.Timestamp,
    age: int,
    left: int,
    members: pd.DataFrame,
    occasions: dict[pd.Period, pd.DataFrame],
    scope: Scope,
) -> tuple[int, int, int]:
    period = periods(pd.Series([cohort]), scope.grain)[0]
    own = members[members["cohort"] == period]
    if period not in occasions:
        return len(own), len(own), 0
    seen = occasions[period]
    in_time = seen["age"] == age if scope.criterion == "exact" else seen["age"] <= age
    soonest = seen[in_time].groupby("customer", observed=True)["day"].min()
    late = int((soonest > _last_day(cohort, age, members, scope) - pd.Timedelta(days=left)).sum())
    return len(own), len(own) - len(soonest) + late, late


def _moments(cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Arc sines of square roots of the cells' shares, and their variance by chance."""
    x, n = cells["retained"].to_numpy("float64"), cells["size"].to_numpy("float64")
    return np.arcsin(np.sqrt((x + 3 / 8) / (n + 3 / 4))), 1 / (4 * n + 2)


def _spread(y: np.ndarray, variance: np.ndarray) -> float:
    """DerSimonian and Laird's spread beyond chance."""
    if len(y) < 2:
        return 0.0
    w = 1 / variance
    q = (w * (y - np.average(y, weights=w)) ** 2).sum()
    return max(0.0, float((q - (len(y) - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def _beyond_spread(cell: pd.Series, rest: pd.DataFrame) -> float:
    """How often a cell lies as far from the others; each of these has the spread of all but itself."""
    both = pd.concat([cell.to_frame().T, rest])
    y, variance = _moments(both)
    spreads = np.array([_spread(np.delete(y, place), np.delete(variance, place)) for place in range(len(both))])
    w = 1 / (variance + spreads)[1:]
    away = abs(y[0] - np.average(y[1:], weights=w)) / np.sqrt(variance[0] + spreads[0] + 1 / w.sum())
    return float(2 * stats.t.sf(away, len(rest) - 1))


def compared(cells: pd.DataFrame, criterion: str) -> pd.DataFrame:
    """Each complete cell against all others of its age: by chance and by their spread, corrected for all of the table.

    The chance is the larger of Fisher's mid-p and that of Student's t with the others' own spread; two others at least.
    """
    complete = cells[(cells["state"] == "complete") & ((cells["age"] > 0) | (criterion == "cumulative"))]
    rows = []
    for index, cell in complete.iterrows():
        rest = complete[(complete["age"] == cell["age"]) & (complete.index != index)]
        if len(rest) < 2:
            continue
        hits, size = int(cell["retained"]), int(cell["size"])
        other_hits, other = int(rest["retained"].sum()), int(rest["size"].sum())
        table = [[hits, size - hits], [other_hits, other - other_hits]]
        seen = stats.hypergeom(size + other, hits + other_hits, size).pmf(hits)
        tails = [stats.fisher_exact(table, alternative=side).pvalue - seen / 2 for side in ("less", "greater")]
        chance = max(min(1, 2 * min(tails)), _beyond_spread(cell, rest))
        rows.append((cell["cohort"], cell["age"], other_hits / other, other, chance))
    found = pd.DataFrame(rows, columns=["cohort", "age", "others", "others_size", "chance"])
    return found.assign(corrected=stats.false_discovery_control(found["chance"]) if len(found) else [])


def changes(
    members: pd.DataFrame, retained: set, attributes: pd.DataFrame, older: tuple[str, str], newer: tuple[str, str]
) -> pd.DataFrame:
    """Of each attribute and value both sides' customers and retained ones, and its mix and rate effect.

    Args:
        members: By customer, with the first day of their cohort in `cohort`.
        retained: Customers retained at the age in question.
        attributes: By customer, one column an attribute; NULL is not known.
        older: First and last cohort of the older set.
        newer: First and last cohort of the newer set.
    """
    sets = {"older": older, "newer": newer}
    parts = {name: members[members["cohort"].between(*map(pd.Timestamp, ends_of))] for name, ends_of in sets.items()}
    rows = []
    for attribute in attributes:
        value = attributes[attribute].astype("object")
        value = value.where(value.notna(), "")
        counts = {}
        for name, people in parts.items():
            own = value.reindex(people.index).fillna("")
            is_back = pd.Series(people.index.isin(retained), index=people.index)
            counts[name, "size"] = own.value_counts()
            counts[name, "retained"] = own[is_back].value_counts()
        table = pd.DataFrame(counts).fillna(0)
        share = {name: table[name, "size"] / len(people) for name, people in parts.items()}
        rate = {name: table[name, "retained"] / table[name, "size"].where(table[name, "size"] > 0) for name in parts}
        rate = {"older": rate["older"].fillna(rate["newer"]), "newer": rate["newer"].fillna(rate["older"])}
        total = {name: table[name, "retained"].sum() / len(people) for name, people in parts.items()}
        mean = (rate["older"] + rate["newer"]) / 2 - (total["older"] + total["newer"]) / 2
        rows.append(
            pd.DataFrame(
                {
                    "attribute": attribute,
                    "value": table.index,
                    **{f"{part}_{what}": table[part, what] for part in parts for what in ("size", "retained")},
                    "mix_effect": (share["newer"] - share["older"]) * mean,
                    "rate_effect": (share["newer"] + share["older"]) / 2 * (rate["newer"] - rate["older"]),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
