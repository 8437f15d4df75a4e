"""Why a figure of the business changed: which parts brought it, mix or rate, how many, how often, for how much."""

import numpy as np

from loyalty_metrics.review_shape import EVERYBODY, Finding, Part
from loyalty_metrics.stats.decomposition import mix_and_rate
from loyalty_metrics.stats.weeks import BASE, YEAR
from loyalty_metrics.weekly import Shares, Sums, Weekly

DRIVERS = ("customers", "orders_each", "order_value")
"""Revenue is how many customers bought, times orders of each, times the value of an order."""

OTHERS = "all_others"
"""Stands for all products besides those that sell most."""


def parts_of_sum(weekly: Weekly, sums: Sums, at: int, finding: Finding) -> tuple[Part, ...]:
    """What each part brought to the difference between what was seen of everybody and what was expected.

    Each part is expected to keep its share of the twelve weeks before; so the parts of an attribute add up to the
    difference exactly.
    """
    window = slice(at - finding.weeks + 1, at + 1)
    before = slice(at - finding.weeks - BASE + 1, at - finding.weeks + 1)
    parts: list[Part] = []
    if finding.measure == "revenue":
        parts += [*_drivers(weekly, window, before, finding), *_products(weekly, window, before, finding)]
    for attribute in dict.fromkeys(name[0] for name in sums.names if name[0] != EVERYBODY):
        rows = sums.of(attribute)
        shares = sums.values[rows, before].sum(1)
        shares = shares / shares.sum()
        changes = sums.values[rows, window].sum(1) - finding.expected * shares
        values = [sums.names[row][1] for row in rows]
        parts += _ranked(
            [Part(attribute, v, float(c), weight=float(w)) for v, c, w in zip(values, changes, shares, strict=True)]
        )
    return tuple(parts)


def _products(weekly: Weekly, window: slice, before: slice, finding: Finding) -> list[Part]:
    """What the products that sell most brought to a change of revenue, and all the others together."""
    products, whole = weekly.sums["product"], float(weekly.sums["revenue"].values[0, before].sum())
    parts = [
        Part("product", name, float(now - finding.expected * then / whole), weight=float(then / whole))
        for (attribute, name), now, then in zip(
            products.names, products.values[:, window].sum(1), products.values[:, before].sum(1), strict=True
        )
        if attribute == "product"
    ]
    if not parts:
        return []
    rest = finding.change - sum(part.change for part in parts)
    others = Part("product", OTHERS, rest, weight=1 - sum(part.weight for part in parts))
    return [*_ranked(parts), others]


def _drivers(weekly: Weekly, window: slice, before: slice, finding: Finding) -> list[Part]:
    """Split a change of revenue along customers x orders each x value of an order; exact, by logarithmic means.

    Source:
        Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide. Energy Policy 33, 867-871.
    """
    names = [weekly.sums[name] for name in ("customers", "orders", "revenue")]
    now = [float(each.values[0, window].sum()) for each in names]
    # What was expected of revenue has the season in it: customers and orders are expected to have moved likewise.
    scale = finding.expected / float(names[2].values[0, before].sum())
    then = [float(each.values[0, before].sum()) * scale for each in names]
    if min(*now, *then) <= 0 or now[2] == then[2]:
        return []
    weight = (now[2] - then[2]) / np.log(now[2] / then[2])
    ratios = (now[0] / then[0], (now[1] / now[0]) / (then[1] / then[0]), (now[2] / now[1]) / (then[2] / then[1]))
    return [Part("driver", name, float(weight * np.log(ratio))) for name, ratio in zip(DRIVERS, ratios, strict=True)]


def parts_of_share(shares: Shares, end: int, weeks: int) -> tuple[Part, ...]:
    """The mix and rate effect of each part on a share, against the year before the last weeks."""
    now, before = slice(end - weeks, end), slice(max(0, end - weeks - YEAR), end - weeks)
    parts: list[Part] = []
    for attribute in dict.fromkeys(name[0] for name in shares.names if name[0] != EVERYBODY):
        rows = shares.of(attribute)
        older = [np.nan_to_num(each[rows, before]).sum(1) for each in (shares.hits, shares.size)]
        newer = [np.nan_to_num(each[rows, now]).sum(1) for each in (shares.hits, shares.size)]
        mix, rate = mix_and_rate(*older, *newer)
        values, weights = [shares.names[row][1] for row in rows], older[1] / max(older[1].sum(), 1)
        parts += _ranked(
            [
                Part(attribute, v, float(r), float(m), float(w))
                for v, r, m, w in zip(values, rate, mix, weights, strict=True)
            ]
        )
    return tuple(parts)


def _ranked(parts: list[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (-abs(part.change + part.mix), part.value))
