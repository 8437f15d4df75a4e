"""Time to the next purchase: the curve of each group, its summary, and whether the groups differ."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.stats.proportions import benjamini_hochberg
from loyalty_metrics.stats.survival import LogRank, SurvivalCurve, kaplan_meier, log_rank

WITHIN = (30, 60, 90)
"""Days within which the summary tells how many buy again."""

HORIZON = 365
"""Days that the reminder window looks ahead, where customers have been watched for so long."""

FEW_AT_RISK = 30
"""Customers still watched, below which a curve says little."""

AHEAD = 30
"""The summary's chance of a return is within so many days."""

COMPARED = 7
"""As many groups are compared in pairs, the largest; the overall test takes all."""

OPENS, CLOSES = 0.5, 0.9
"""Shares of the returns within the horizon between which a reminder pays."""


def finish_time_to_next_order(counts: pd.DataFrame) -> pd.DataFrame:
    """Turn counts by day into curves.

    Args:
        counts: One row a group and day with `returned` and `waiting`; the group is empty when none are compared.

    Returns:
        One row a group and day; where groups are compared, all together come first, with an empty group.
    """
    parts = [_rows(group, curve) for group, curve in _curves(counts)]
    return pd.concat(parts, ignore_index=True) if parts else _rows(None, kaplan_meier([], [], []))


def finish_next_order_summary(counts: pd.DataFrame) -> pd.DataFrame:
    """Turn counts by day into one row a group, all together first; no row where nobody has bought."""
    rows = [_summary(group, curve) for group, curve in _curves(counts)]
    frame = pd.DataFrame(rows, columns=list(_summary(None, kaplan_meier([], [], []))))
    return frame.astype({"group_name": "str", "customers": "int64", "returned": "int64", "due": "Int64"})


def finish_next_order_differences(counts: pd.DataFrame) -> pd.DataFrame:
    """Turn counts by day into tests of all groups, and of the largest in pairs; no row without groups to compare."""
    names = ["group_a", "group_b", "customers_a", "customers_b", "pace", "statistic", "degrees", "p_value"]
    known = counts.dropna(subset=["group_name"])
    events, censored = (_by_group(known, name) for name in ("returned", "waiting"))
    if len(events) < 2:
        return pd.DataFrame(columns=[*names, "p_adjusted"])
    days, size = events.columns.to_numpy(), (events + censored).sum(axis=1).sort_values(ascending=False, kind="stable")
    overall = log_rank(days, events, censored)
    rows: list[tuple[Any, ...]] = [
        (None, None, int(size.sum()), None, np.nan, overall.statistic, overall.degrees, overall.p_value)
    ]
    for pair in combinations(size.index[:COMPARED], 2):
        test = log_rank(days, events.loc[list(pair)], censored.loc[list(pair)])
        rows.append((*pair, *size[list(pair)], _pace(test), test.statistic, test.degrees, test.p_value))
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(p_adjusted=_adjusted(frame)).astype({"customers_b": "Int64", "degrees": "int64"})


def _curves(counts: pd.DataFrame) -> Iterator[tuple[str | None, SurvivalCurve]]:
    """All customers together, then each group, the largest first."""
    if counts.empty:
        return
    yield None, _curve(counts)
    groups = {str(name): part for name, part in counts.dropna(subset=["group_name"]).groupby("group_name")}
    for name in sorted(groups, key=lambda name: -groups[name][["returned", "waiting"]].to_numpy().sum()):
        yield name, _curve(groups[name])


def _by_group(counts: pd.DataFrame, name: str) -> pd.DataFrame:
    return counts.pivot_table(index="group_name", columns="days", values=name, aggfunc="sum", fill_value=0)


def _curve(counts: pd.DataFrame) -> SurvivalCurve:
    days, returned, waiting = (counts[name].to_numpy("float64") for name in ("days", "returned", "waiting"))
    return kaplan_meier(days, returned, waiting)


def _rows(group: str | None, curve: SurvivalCurve) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group_name": pd.Series([group] * len(curve.time), dtype="str"),
            "days": curve.time.astype("int64"),
            "at_risk": curve.at_risk.astype("int64"),
            "returned": curve.events.astype("int64"),
            "waiting": curve.censored.astype("int64"),
            "bought_again": 1 - curve.survival,
            "low": 1 - curve.high,
            "high": 1 - curve.low,
        }
    )


def _summary(group: str | None, curve: SurvivalCurve) -> dict[str, Any]:
    median, low, high = curve.median()
    found: dict[str, Any] = {
        "group_name": group,
        "customers": int(curve.events.sum() + curve.censored.sum()),
        "returned": int(curve.events.sum()),
        "median": median,
        "median_low": low,
        "median_high": high,
    }
    for days in WITHIN:
        still, still_low, still_high = curve.at(days)
        found |= {
            f"within_{days}": 1 - still,
            f"within_{days}_low": 1 - still_high,
            f"within_{days}_high": 1 - still_low,
        }
    return found | _reminder(curve)


def _reminder(curve: SurvivalCurve) -> dict[str, Any]:
    """The days between which a reminder pays, and who is between them now."""
    watched = curve.time[curve.at_risk >= FEW_AT_RISK]
    horizon = float(min(HORIZON, watched[-1])) if len(watched) else np.nan
    returning = 1 - curve.at(horizon)[0]
    opens, closes = (curve.reached(part * returning) if returning > 0 else np.nan for part in (OPENS, CLOSES))
    inside = (curve.time >= opens) & (curve.time <= closes)
    return {
        "horizon": horizon,
        "within_horizon": returning,
        "remind_from": opens,
        "remind_until": closes,
        "chance_from": _chance(curve, opens),
        "chance_until": _chance(curve, closes),
        "due": int(curve.censored[inside].sum()) if np.isfinite(opens) else None,
    }


def _chance(curve: SurvivalCurve, day: float) -> float:
    """Of those still waiting after a day, the share who buy within the next 30."""
    waiting = curve.at(day)[0]
    return 1 - curve.at(day + AHEAD)[0] / waiting if waiting > 0 else np.nan


def _pace(test: LogRank) -> float:
    """How many times as fast as the other group the first one comes back."""
    excess = np.divide(test.observed, test.expected, out=np.full(2, np.nan), where=test.expected > 0)
    return float(excess[0] / excess[1]) if excess[1] > 0 else np.nan


def _adjusted(tests: pd.DataFrame) -> pd.Series:
    """The chances of the pairs, corrected for how many pairs are looked at; the overall test stands alone."""
    pairs = tests["group_a"].notna()
    corrected = benjamini_hochberg(tests["p_value"].where(pairs))
    return tests["p_value"].where(~pairs, corrected)
