"""Time to the next purchase, customer by customer and day by day, as a textbook does it by hand."""

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, chi2, ecdf, logrank, norm

from loyalty_metrics.scope import Scope
from tests.oracles.history import History, joined

YEAR, FEW = 365, 30


def waits(history: History, scope: Scope) -> pd.DataFrame:
    """One row a customer who made the purchase before: group, days, returned."""
    first = history.members(scope)
    if first.empty:
        return pd.DataFrame({"group_name": [], "days": [], "returned": []})
    days = history.occasions(scope)
    later = days[days["customer"].isin(first.index)]
    later = later[later["day"] > joined(later["customer"], first)]
    bought: dict[str, list[pd.Timestamp]] = {str(customer): [day] for customer, day in first.items()}
    for customer, day in zip(later["customer"].astype("str"), later["day"], strict=True):
        bought[customer].append(day)
    groups, as_of = history.groups(scope).to_dict(), history.as_of(scope)
    rows = []
    for customer, found in bought.items():
        found = sorted(found)
        if len(found) < scope.nth - 1:
            continue
        before = found[scope.nth - 2]
        returned = len(found) >= scope.nth
        end = found[scope.nth - 1] if returned else as_of
        rows.append((groups[customer], (end - before).days, returned))
    return pd.DataFrame(rows, columns=["group_name", "days", "returned"])


def parts(history: History, scope: Scope) -> list[tuple[str | None, pd.DataFrame]]:
    """All together, then each group."""
    found = waits(history, scope)
    groups = [(name, part) for name, part in found.groupby("group_name")] if scope.by else []
    return [(None, found), *groups] if len(found) else []


def time_to_next_order(history: History, scope: Scope) -> pd.DataFrame:
    """The curve of all together and of each group."""
    rows = [row for name, part in parts(history, scope) for row in _curve(name, part)]
    columns = ["group_name", "days", "at_risk", "returned", "waiting", "bought_again", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def next_order_summary(history: History, scope: Scope) -> pd.DataFrame:
    """One row a group; without the interval of the shares, which the curve has."""
    rows = []
    for name, part in parts(history, scope):
        curve = pd.DataFrame(
            _curve(name, part),
            columns=["group_name", "days", "at_risk", "returned", "waiting", "bought_again", "low", "high"],
        )
        row = {"group_name": name, "customers": len(part), "returned": int(part["returned"].sum())}
        row["median"] = _first_day(curve, curve["bought_again"] >= 0.5 - 1e-12)
        row["median_low"] = _first_day(curve, curve["high"] >= 0.5)
        row["median_high"] = _first_day(curve, curve["low"] >= 0.5)
        for days in (30, 60, 90):
            row[f"within_{days}"] = _share(curve, days)
        rows.append(row | _window(curve, part))
    return pd.DataFrame(rows, columns=list(rows[0])) if rows else pd.DataFrame(columns=["group_name"])


def log_rank_of_two(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """SciPy's chance of such a difference."""
    return float(logrank(_data(one), _data(other)).pvalue)


def log_rank_of_all(groups: list[pd.DataFrame]) -> tuple[float, int]:
    """Chi squared and its chance, summed over days as in the textbook's table."""
    k = len(groups)
    observed_less_expected, covariance = np.zeros(k), np.zeros((k, k))
    for day in sorted({d for group in groups for d in group.loc[group["returned"], "days"]}):
        at_risk = np.array([(group["days"] >= day).sum() for group in groups], dtype="float64")
        back = np.array([(group["returned"] & (group["days"] == day)).sum() for group in groups], dtype="float64")
        n, d = at_risk.sum(), back.sum()
        observed_less_expected += back - d * at_risk / n
        if n > 1:
            share = at_risk / n
            covariance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    statistic = observed_less_expected[1:] @ np.linalg.solve(covariance[1:, 1:], observed_less_expected[1:])
    return float(statistic), float(chi2.sf(statistic, k - 1))


def _curve(name: str | None, part: pd.DataFrame) -> list[tuple]:
    waiting_share, variance, rows = 1.0, 0.0, []
    days, returned = part["days"].to_numpy(), part["returned"].to_numpy(dtype=bool)
    for day in sorted(set(days)):
        at_risk = int((days >= day).sum())
        back = int((returned & (days == day)).sum())
        left = int((~returned & (days == day)).sum())
        waiting_share *= (at_risk - back) / at_risk
        low = high = np.nan
        if at_risk > back:
            variance += back / (at_risk * (at_risk - back))
        if 0 < waiting_share < 1:
            half = norm.ppf(0.975) * np.sqrt(variance) / abs(np.log(waiting_share))
            low, high = 1 - waiting_share ** np.exp(-half), 1 - waiting_share ** np.exp(half)
        rows.append((name, day, at_risk, back, left, 1 - waiting_share, low, high))
    return rows


def _first_day(curve: pd.DataFrame, reached: pd.Series) -> float:
    return float(curve.loc[reached, "days"].min()) if reached.any() else np.nan


def _share(curve: pd.DataFrame, day: float) -> float:
    """Share who bought again within so many days; unknown when nobody was watched for so long, unless all have."""
    if not (day <= curve["days"].max() or curve["bought_again"].iloc[-1] == 1):
        return np.nan
    by_then = curve.loc[curve["days"] <= day, "bought_again"]
    return float(by_then.iloc[-1]) if len(by_then) else 0.0


def _window(curve: pd.DataFrame, part: pd.DataFrame) -> dict[str, float]:
    """The reminder window, from those of the curve's days on which 30 or more were watched."""
    watched = curve.loc[curve["at_risk"] >= FEW, "days"]
    nothing = dict.fromkeys(["horizon", "within_horizon", "remind_from", "remind_until", "due"], np.nan)
    if watched.empty:
        return nothing
    horizon = float(min(YEAR, watched.max()))
    back = _share(curve, horizon)
    found = nothing | {"horizon": horizon, "within_horizon": back}
    if back > 0:
        opens = _first_day(curve, curve["bought_again"] >= back / 2 - 1e-12)
        closes = _first_day(curve, curve["bought_again"] >= 0.9 * back - 1e-12)
        due = (~part["returned"] & part["days"].between(opens, closes)).sum()
        found |= {"remind_from": opens, "remind_until": closes, "due": float(due)}
    return found


def _data(part: pd.DataFrame) -> CensoredData:
    return CensoredData(uncensored=part.loc[part["returned"], "days"], right=part.loc[~part["returned"], "days"])


def scipy_curve(part: pd.DataFrame) -> pd.Series:
    """SciPy's share still waiting, by day."""
    found = ecdf(_data(part)).sf
    return pd.Series(found.probabilities, index=found.quantiles)
