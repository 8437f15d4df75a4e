"""What changed beyond noise in a week: every series tested, corrected for how many, the same story told once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from loyalty_metrics.review_shape import EVERYBODY, LESS_IS_BETTER, Evidence, Finding
from loyalty_metrics.stats.proportions import REAL, benjamini_hochberg, difference
from loyalty_metrics.stats.weeks import share_changes
from loyalty_metrics.weekly import Name, Shares, Sums, Weekly
from loyalty_metrics.why import parts_of_share, parts_of_sum

WINDOWS = {
    "revenue": (1, 4),
    "customers": (1, 4),
    "new_customers": (1, 4),
    "stopped_buying": (1, 4),
    "complaints": (1, 4),
    "product": (4,),
    "back_in_28_days": (4, 13),
    "closed_in_time": (4,),
}
"""How many weeks are taken together, by series. Of new customers who came back a month is few."""

STORIES = {
    "revenue": "trade",
    "customers": "trade",
    "new_customers": "trade",
    "complaints": "complaints",
    "closed_in_time": "complaints",
}
"""Measures that tell of the same thing; all others stand for themselves."""

CONTAINED = 0.8
"""A shorter time that holds this part of what a longer one has at stake tells it better."""


def find(weekly: Weekly, at: int) -> tuple[tuple[Finding, ...], int]:
    """The findings of one week.

    Args:
        weekly: All series; later weeks than the one looked at are left alone.
        at: Which week, counted from 0.

    Returns:
        The findings, the most money at stake first, and how many figures were looked at.
    """
    tried = [*_sums(weekly, at), *_shares(weekly, at)]
    if not tried:
        return (), 0
    corrected = _corrected(tried)
    real = [replace(finding, corrected=float(q)) for finding, q in zip(tried, corrected, strict=True) if q <= REAL]
    told = [_with_reasons(weekly, at, finding) for finding in fold(real)]
    return tuple(told), len(tried)


def _corrected(tried: list[Finding]) -> np.ndarray:
    """Trade and complaints are two questions, each with half of the rate, and corrected for what it looked at."""
    corrected = np.ones(len(tried))
    of_complaints = np.array([STORIES.get(finding.measure) == "complaints" for finding in tried])
    for family in (of_complaints, ~of_complaints):
        if family.any():
            chance = _weighted([finding for finding, own in zip(tried, family, strict=True) if own])
            corrected[family] = np.minimum(2 * benjamini_hochberg(chance), 1)
    return corrected


def _weighted(tried: list[Finding]) -> np.ndarray:
    """The chances, with half of the weight on the few figures of everybody.

    Parts are many, and most of what they show everybody shows better.

    Source:
        Genovese, C. R., Roeder, K. & Wasserman, L. (2006). False discovery control with p-value weighting. Biometrika
        93, 509-524.
    """
    whole = np.array([finding.attribute == EVERYBODY for finding in tried])
    share = np.where(whole, whole.sum(), (~whole).sum()) / len(tried)
    weight = np.where(whole.all() | (~whole).all(), 1.0, 0.5 / share)
    return np.minimum(np.array([finding.chance for finding in tried]) / weight, 1)


def _sums(weekly: Weekly, at: int) -> Iterator[Finding]:
    for series, sums in weekly.sums.items():
        measure = "revenue" if series == "product" else series
        for weeks in WINDOWS.get(series, ()):
            found = sums.surprises(weeks)
            low, high = found.interval()
            for row, name in enumerate(sums.names):
                if np.isfinite(found.chance[row, at]) and not (series == "product" and name[0] == EVERYBODY):
                    change = float(found.seen[row, at] - found.expected[row, at])
                    yield Finding(
                        measure,
                        *name,
                        weekly.weeks[at],
                        weeks,
                        seen=float(found.seen[row, at]),
                        expected=float(found.expected[row, at]),
                        low=float(low[row, at]),
                        high=float(high[row, at]),
                        chance=float(found.chance[row, at]),
                        corrected=np.nan,
                        at_stake=_at_stake(measure, change, weekly.customer_year),
                        by_season=bool(found.by_season[row, at]),
                        evidence=_evidence(sums.source, name),
                    )


def _shares(weekly: Weekly, at: int) -> Iterator[Finding]:
    for measure, shares in weekly.shares.items():
        end = at - shares.lag + 1
        if end <= 0:
            continue
        for weeks in WINDOWS[measure]:
            found = share_changes(shares.hits[:, :end], shares.size[:, :end], weeks)
            low, high = _difference(found)
            for row, name in enumerate(shares.names):
                if np.isfinite(found.chance[row]):
                    size = float(found.size[row])
                    seen, expected = found.hits[row] / size, found.hits_before[row] / found.size_before[row]
                    yield Finding(
                        measure,
                        *name,
                        weekly.weeks[end - 1],
                        weeks,
                        seen=float(seen),
                        expected=float(expected),
                        low=float(low[row]),
                        high=float(high[row]),
                        chance=float(found.chance[row]),
                        corrected=np.nan,
                        at_stake=_at_stake(measure, float(seen - expected) * size, weekly.customer_year),
                        by_season=end >= weeks + 52,
                        of=int(size),
                        evidence=_evidence(shares.source, name),
                    )


def _difference(found: Any) -> tuple[np.ndarray, np.ndarray]:
    sizes = [found.hits, found.size, found.hits_before, found.size_before]
    return difference(*(each / found.factor for each in sizes))


def _at_stake(measure: str, change: float, customer_year: float | None) -> float | None:
    """The change in money: customers, and people with complaints, at what a customer brings in a year."""
    if measure == "revenue":
        return change
    worth = None if customer_year is None else change * customer_year
    return worth if worth is None or measure not in LESS_IS_BETTER else -worth


def _evidence(source: str, name: Name) -> Evidence:
    if source == "product_weeks":
        return Evidence(source, {"product": name[1]}, {})
    return Evidence(source, {} if source == "customer_flow" else {"attribute": name[0], "value": name[1]}, {})


def fold(findings: list[Finding]) -> list[Finding]:
    """Tell each story once: what is explained by a wider finding stands under it, not beside it.

    Findings of one story that go the same way are one: the widest first (everybody before parts, then by money at
    stake), since every order has a channel, a store and a category at once. Two values of one attribute have no order
    in common and stand for themselves, unless everybody shows it; so does what goes the other way.
    """
    roots: list[Finding] = []
    for one in sorted(findings, key=lambda f: (f.attribute != EVERYBODY, -abs(f.at_stake or 0), f.weeks, f.key)):
        place = next((place for place, root in enumerate(roots) if _explains(root, one)), None)
        if place is None:
            roots.append(one)
        elif _tells_better(roots[place], one):
            wider = roots[place]
            roots[place] = replace(one, folded=(replace(wider, folded=()), *wider.folded))
        else:
            roots[place] = replace(roots[place], folded=(*roots[place].folded, one))
    return sorted(roots, key=lambda f: (-abs(f.at_stake or 0), f.chance, f.key))


def _explains(root: Finding, one: Finding) -> bool:
    same_story = STORIES.get(root.measure, root.measure) == STORIES.get(one.measure, one.measure)
    apart = root.attribute == one.attribute and root.value != one.value
    return same_story and root.is_good == one.is_good and not apart


def _tells_better(root: Finding, one: Finding) -> bool:
    """The same over fewer weeks that hold nearly all of it: it happened then."""
    same = (root.measure, root.attribute, root.value) == (one.measure, one.attribute, one.value)
    return same and one.weeks < root.weeks and abs(one.at_stake or 0) >= CONTAINED * abs(root.at_stake or 0)


def _with_reasons(weekly: Weekly, at: int, finding: Finding) -> Finding:
    """The finding with what each part brought to it; of a part of the business nothing is split further."""
    if finding.attribute != EVERYBODY:
        return finding
    if finding.measure in weekly.shares:
        shares: Shares = weekly.shares[finding.measure]
        return replace(finding, parts=parts_of_share(shares, at - shares.lag + 1, finding.weeks))
    sums: Sums = weekly.sums[finding.measure]
    return replace(finding, parts=parts_of_sum(weekly, sums, at, finding))
