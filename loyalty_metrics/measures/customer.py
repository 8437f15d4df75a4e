"""One customer: the usual gap between purchases, whether they are late, when they come next, and their segment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.stats.survival import SurvivalCurve, kaplan_meier

OWN_GAPS, OWN_LONGER = 10, 5
"""Gaps of a customer, and of these longer than they are away now, from which their own tell when they come next."""

PEERS = 30
"""Customers still watched after as long a time away, from which others tell when a customer comes next."""

VERDICT_GAPS = 5
"""Gaps from which it can be told whether a customer is late."""

LATE = 0.9
"""Share of their own gaps beyond which a customer is late."""

AHEAD = 90
"""Days within which the chance of a return is told."""


@dataclass(frozen=True)
class Gaps:
    """A customer's days between purchases, against the days they are away now.

    Attributes:
        count: How many gaps there are.
        usual: Their median, in days; None without any.
        low: A quarter of them is no longer than this.
        high: A quarter of them is no shorter than this.
        shorter: Gaps shorter than the customer is away now.
        standing: `early` (away no longer than usual), `past_usual`, `late` (away longer than nine in ten gaps); None
            where there are too few gaps to tell.
    """

    count: int
    usual: float | None
    low: float | None
    high: float | None
    shorter: int
    standing: str | None


@dataclass(frozen=True)
class NextOrder:
    """When a customer is expected, and what that rests on.

    Attributes:
        basis: `own` gaps, `peers` (customers with as many purchases), or None where neither are enough.
        base: Gaps, or customers, that were at least as long away as the customer is now.
        expected: The day by which half of them had come back; None when fewer than half did.
        earliest: The day by which one in ten had.
        latest: The day by which nine in ten had.
        chance: Share of them who came back within the next 90 days.
        low: Lower end of its 95% interval.
        high: Upper end.
    """

    basis: str | None
    base: int
    expected: date | None = None
    earliest: date | None = None
    latest: date | None = None
    chance: float | None = None
    low: float | None = None
    high: float | None = None


def own_gaps(gaps: pd.Series, days_away: float | None) -> Gaps:
    """What a customer's gaps say.

    Args:
        gaps: Days between purchases.
        days_away: Days since the last purchase; None without any.
    """
    days = gaps.to_numpy("float64")
    if not len(days) or days_away is None:
        return Gaps(0, None, None, None, 0, None)
    low, usual, high = (float(value) for value in np.quantile(days, [0.25, 0.5, 0.75]))
    shorter = int((days < days_away).sum())
    standing = None
    if len(days) >= VERDICT_GAPS:
        is_late = shorter >= LATE * len(days)
        standing = "late" if is_late else "past_usual" if days_away > usual else "early"
    return Gaps(len(days), usual, low, high, shorter, standing)


def next_order(gaps: pd.Series, away: int, as_of: date, peers: Callable[[], pd.DataFrame]) -> NextOrder:
    """When a customer who has been away for some days buys next.

    Of all gaps, or all customers with as many purchases, only those count that were still away after as many days: what
    is told is how long they took from there. Without enough gaps of their own, others tell.

    Args:
        gaps: The customer's own days between purchases.
        away: Days since the last purchase.
        as_of: The day from which is looked ahead.
        peers: Gives the measure `time_to_next_order` for the customer's next purchase, without groups.
    """
    days = gaps.to_numpy("float64")
    longer = days[days > away]
    if len(days) >= OWN_GAPS and len(longer) >= OWN_LONGER:
        curve = kaplan_meier(longer - away, np.ones(len(longer)), np.zeros(len(longer)))
        return _told("own", curve, as_of)
    others = peers()
    later = others[(others["days"] > away) & others["group_name"].isna()]
    curve = kaplan_meier(later["days"] - away, later["returned"], later["waiting"])
    base = int(curve.at_risk[0]) if len(curve.time) else 0
    return _told("peers", curve, as_of) if base >= PEERS else NextOrder(None, base)


def _told(basis: str, curve: SurvivalCurve, as_of: date) -> NextOrder:
    earliest, expected, latest = (_day(as_of, curve.reached(share)) for share in (0.1, 0.5, 0.9))
    still, low, high = (None if np.isnan(value) else value for value in curve.at(AHEAD))
    return NextOrder(
        basis,
        int(curve.at_risk[0]),
        expected,
        earliest,
        latest,
        None if still is None else 1 - still,
        None if high is None else 1 - high,
        None if low is None else 1 - low,
    )


def _day(as_of: date, days: float) -> date | None:
    return None if np.isnan(days) else as_of + timedelta(days=int(days))


def segment_of(values: Any, cuts: pd.DataFrame, rules: pd.DataFrame) -> str | None:
    """The segment of a customer with these values.

    Args:
        values: `recency_days`, `frequency` and `monetary`, of a customer who is among those of the cuts.
        cuts: The measure `rfm_cuts` of the same day and window.
        rules: The measure `rfm_rules`.

    Returns:
        The segment's name; None for a customer without a purchase.
    """
    if pd.isna(values["frequency"]):
        return None
    named = {"recency": "recency_days", "frequency": "frequency", "monetary": "monetary"}
    score = {figure: _score(float(values[name]), cuts[cuts["figure"] == figure]) for figure, name in named.items()}
    middle = (score["frequency"] + score["monetary"] + 1) // 2
    found = rules[(rules["r_score"] == score["recency"]) & (rules["fm_score"] == middle)]
    return str(found["segment"].iloc[0])


def _score(value: float, cuts: pd.DataFrame) -> int:
    """The score whose bounds hold the value."""
    inside = cuts[(cuts["low"] - _EXACT <= value) & (value <= cuts["high"] + _EXACT)]
    return int(inside["score"].iloc[0])


_EXACT = 1e-6
"""Money in floats may miss the bound it stands on by so much."""
