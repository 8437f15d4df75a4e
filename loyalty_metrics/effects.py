"""What a decision did: its customers against others who were alike before the day, or against those left alone by lot.

The outcome is counted over the days that were fixed when the decision was taken, and told once, when they are over: who
looks every week until chance is kind will find an effect of anything. Nothing after the as-of date is looked at.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.decisions import OUTCOMES, Decision, Decisions, around
from loyalty_metrics.stats.difference import difference_in_differences
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.matching import effective, match, standardised_differences
from loyalty_metrics.workspace import Workspace

TOO_EARLY, NO_COMPARISON, MEASURED, DROPPED = "too_early", "no_comparison", "measured", "dropped"
MORE, LESS, NOT_SHOWN = "more", "less", "not_shown"
BY_LOT, ALIKE = "by_lot", "alike"

MATCHED_BY = ("recency", "purchases", "year_spend", "days_known")
"""Customers are alike who are in the same class of each of these."""

FEATURES = (*MATCHED_BY, "spend", "bought_before", "orders_before", "revenue_before")
"""What else is made equal, by regression."""

FEWEST = 20
"""Fewer customers on either side, or purchases of all of them, tell nothing."""

LEAST_SHARE = 0.5
"""Where fewer of the list have somebody alike, what is told of them would not be told of the list."""

TOO_UNLIKE = 0.25
"""Standard deviations; see `stats.matching.standardised_differences`. Of few customers, what chance seldom makes."""

EIGHT_IN_TEN = 2.8
"""An effect of so many standard errors is seen eight times in ten, at 5 % (1.96 + 0.84)."""

COLUMNS = ["outcome", "before", "after", "other_before", "other_after", "effect", "low", "high", "error", "verdict"]


@dataclass(frozen=True)
class Effect:
    """What can be told of a decision as of a day.

    Attributes:
        state: `too_early`, `no_comparison`, `measured`, or `dropped` before it began.
        evidence: `by_lot` where it is compared with those left alone by lot, `alike` with others who were alike.
        can_tell_on: The day at whose end it can be told.
        targets: Customers it is for who are known.
        compared: Of them, those who have somebody to be compared with.
        others: Customers they are compared with.
        worth: As many customers of equal weight as these tell.
        excluded: Others alike who were left out because another decision is for them at the same time.
        outcomes: One row an outcome, a customer: `COLUMNS`.
        balance: One row a feature: `unlike_before`, `unlike_after`, in standard deviations of the targets.
        reason: Why there is no comparison; empty where there is one.
    """

    state: str
    evidence: str
    can_tell_on: date
    targets: int = 0
    compared: int = 0
    others: int = 0
    worth: float = 0.0
    excluded: int = 0
    outcomes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    balance: pd.DataFrame = field(default_factory=pd.DataFrame)
    reason: str = ""

    def of(self, outcome: str) -> dict[str, Any] | None:
        """The row of an outcome; None where it is not known."""
        found = self.outcomes[self.outcomes["outcome"] == outcome]
        return {str(name): value for name, value in found.iloc[0].items()} if len(found) else None


@dataclass(frozen=True)
class Outlook:
    """What a decision could tell, before it is taken.

    Attributes:
        targets: Customers it would be for.
        left_alone: Customers who would be left alone.
        evidence: See `Effect`.
        share: Share of the targets who have somebody to be compared with.
        smallest: For each outcome, the smallest effect a customer that would be seen eight times in ten; unknown (NaN)
            where there would be no comparison.
        reason: Why there would be none; empty where there would.
    """

    targets: int
    left_alone: int
    evidence: str
    share: float
    smallest: dict[str, float]
    reason: str = ""


def effect(workspace: Workspace, one: Decision, as_of: date | None = None) -> Effect:
    """What a decision did, as far as it can be told on a day.

    Args:
        workspace: Where it was taken.
        one: The decision.
        as_of: The day; by default the last one in the data.
    """
    bounds = workspace.bounds()
    day = as_of or (bounds[1] if bounds else one.listed_on)
    if bounds:
        day = min(day, bounds[1])
    evidence = BY_LOT if one.is_randomised else ALIKE
    if one.status == "dropped":
        return Effect(DROPPED, evidence, one.ends_on)
    if day < one.ends_on:
        return Effect(TOO_EARLY, evidence, one.ends_on, one.targets)
    decisions = Decisions(workspace)
    rows = workspace.measure("customers_around", around(one.starts_on - timedelta(days=1), day, one.plan.days)).frame
    rows = rows.merge(decisions.customers(one.decision_id), on="customer_id", how="left")
    elsewhere = set() if one.is_randomised else decisions.also_targeted(one)
    return compare(rows, one.is_randomised, one.ends_on, elsewhere)


def compare(rows: pd.DataFrame, by_lot: bool, can_tell_on: date, elsewhere: set[str] | None = None) -> Effect:
    """The effect from what is known of each customer.

    Args:
        rows: `customers_around` with `is_left_alone`: true or false on the list, unknown for the others.
        by_lot: Whether the list is compared with those left alone.
        can_tell_on: The day at whose end it could be told.
        elsewhere: Customers whom other decisions are for.
    """
    evidence = BY_LOT if by_lot else ALIKE
    rows, listed, weights = _sides(rows, by_lot, elsewhere or set())
    there = ~listed & (weights > 0)
    features = _features(rows, FEATURES)
    told: dict[str, Any] = {
        "targets": int(listed.sum()),
        "compared": int((weights[listed] > 0).sum()),
        "others": int(there.sum()),
        "worth": effective(weights[there]),
        "excluded": int(rows.attrs["excluded"]),
    }
    reason = _why_not(rows, by_lot, listed, weights, features)
    if reason:
        return Effect(NO_COMPARISON, evidence, can_tell_on, **told, reason=reason)
    found = []
    for outcome in OUTCOMES:
        before, after = (rows[f"{outcome}_{when}"].to_numpy("float64", na_value=np.nan) for when in ("before", "after"))
        if np.isnan(before[weights > 0]).any() or np.isnan(after[weights > 0]).any():
            continue  # the cost of some purchase is unknown: so is the margin
        difference = difference_in_differences(before, after, listed, weights, features)
        verdict = MORE if difference.low > 0 else LESS if difference.high < 0 else NOT_SHOWN
        found.append({"outcome": outcome, **difference._asdict(), "verdict": verdict})
    return Effect(
        MEASURED,
        evidence,
        can_tell_on,
        **told,
        outcomes=pd.DataFrame(found, columns=COLUMNS),
        balance=_balance(features, listed, weights),
    )


def outlook(rows: pd.DataFrame, by_lot: bool) -> Outlook:
    """What a decision could tell, going by the days before it.

    Args:
        rows: `customers_around` of the day of the list, with `is_left_alone`.
        by_lot: Whether the list would be compared with those left alone.
    """
    sides, listed, weights = _sides(rows, by_lot, set())
    there = ~listed & (weights > 0)
    reason = _why_not(sides.assign(bought_after=1), by_lot, listed, weights, _features(sides, FEATURES))
    smallest = dict.fromkeys(OUTCOMES, np.nan)
    for outcome in OUTCOMES:
        spread = sides.loc[listed, f"{outcome}_before"].astype("float64")
        if not reason and spread.notna().all():
            width = float(spread.std()) * (1 / (weights[listed] > 0).sum() + 1 / effective(weights[there])) ** 0.5
            smallest[outcome] = EIGHT_IN_TEN * width if width > 0 else np.nan
    share = float((weights[listed] > 0).mean()) if listed.any() else 0.0
    alone = int((rows["is_left_alone"] == True).sum())  # noqa: E712 - unknown is neither
    return Outlook(int(listed.sum()), alone, BY_LOT if by_lot else ALIKE, share, smallest, reason)


def _sides(rows: pd.DataFrame, by_lot: bool, elsewhere: set[str]) -> tuple[pd.DataFrame, np.ndarray, FloatArray]:
    """The customers that come in question, who of them is a target, and how much each weighs."""
    is_target = (rows["is_left_alone"] == False).to_numpy(bool)  # noqa: E712 - unknown is neither
    is_alone = (rows["is_left_alone"] == True).to_numpy(bool)  # noqa: E712
    if by_lot:
        rows = rows[is_target | is_alone]
        rows.attrs["excluded"] = 0
        return rows, is_target[is_target | is_alone], np.ones(len(rows))
    is_elsewhere = rows["customer_id"].isin(elsewhere).to_numpy(bool) & ~is_target
    rows = rows[~is_elsewhere]
    rows.attrs["excluded"] = int(is_elsewhere.sum())
    listed = is_target[~is_elsewhere]
    return rows, listed, match(_features(rows, MATCHED_BY), listed).weights


def _features(rows: pd.DataFrame, names: tuple[str, ...]) -> FloatArray:
    """Numbers on a scale on which twice as much is as far from one as four times from two; signs are kept."""
    values = rows[list(names)].to_numpy("float64", na_value=np.nan)
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _why_not(rows: pd.DataFrame, by_lot: bool, listed: np.ndarray, weights: FloatArray, features: FloatArray) -> str:
    """Why the two sides cannot be compared; nothing where they can."""
    there = ~listed & (weights > 0)
    compared = int((weights[listed] > 0).sum())
    if listed.sum() < FEWEST:
        return "few_targets"
    if compared < FEWEST or compared < LEAST_SHARE * listed.sum() or effective(weights[there]) < FEWEST:
        return "nobody_alike"
    by_chance = 2.5 * (1 / compared + 1 / effective(weights[there])) ** 0.5
    unlike = np.nanmax(np.abs(standardised_differences(features, listed, weights)))
    if not by_lot and unlike > max(TOO_UNLIKE, by_chance):
        return "too_unlike"
    if rows["bought_after"].to_numpy("float64")[weights > 0].sum() < FEWEST:
        return "few_purchases"
    return ""


def _balance(features: FloatArray, listed: np.ndarray, weights: FloatArray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "feature": list(FEATURES),
            "unlike_before": standardised_differences(features, listed, np.ones(len(listed))),
            "unlike_after": standardised_differences(features, listed, weights),
        }
    )
