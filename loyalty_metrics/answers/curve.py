"""How fast do customers fade, where does the curve lead, and how far can that be trusted?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.charts.ages import age_words, ago
from loyalty_metrics.language import _, format_value, ngettext, or_unknown, plain
from loyalty_metrics.measures.curve import FILLING_UP, FITTED, TOO_SHORT, BackTest, back_test
from loyalty_metrics.stats.homogeneity import chance_if_alike
from loyalty_metrics.stats.proportions import REAL

BAD = 0.2
"""A projection that missed by more than this part of what came is not to be leaned on."""

FEW_COHORTS = 3
LOOKED_AT = 6
"""The age, in periods, that the sentence tells, where so many are over."""


def curve_answer(curve: pd.DataFrame, grain: str = "month", criterion: str = "exact") -> str:
    """How many still come after some periods, and where the curve leads, with the projection's own test.

    Args:
        curve: The measure `retention_curve`.
        grain: Length of a period.
        criterion: When a customer counts as retained.
    """
    seen = curve[(curve["age"] > 0) & (curve["size"] > 0)]
    if seen.empty:
        return say.not_yet(_("no period after a first purchase is over yet"))
    steady = seen[seen["cohorts"] >= min(FEW_COHORTS, seen["cohorts"].max())]
    row = _row(steady[steady["age"] <= LOOKED_AT].iloc[-1])
    words = {
        "exact": _("**{share}** of customers buy {age} ({interval})."),
        "on_or_after": _("**{share}** of customers buy {age} or later ({interval})."),
        "cumulative": _("**{share}** of customers have bought again {age} ({interval})."),
    }
    told = words[criterion].format(
        share=say.share(row["retention"]), age=age_words(int(row["age"]), grain), interval=say.sure(row)
    )
    return say.joined(told, projection_answer(curve, grain, criterion))


def group_retention_answer(groups: pd.DataFrame, age: int = 1, grain: str = "month") -> str:
    """Which groups come back most and least at an age, and whether that may be chance.

    Args:
        groups: The measure `retention_by_group`.
        age: Periods since the first purchase.
        grain: Length of a period.
    """
    seen = groups[(groups["age"] == age) & (groups["size"] > 0)].sort_values("retention", kind="stable")
    if len(seen) < 2:
        return say.not_yet(_("there are no two groups old enough"))
    least, most = (_row(seen.iloc[place]) for place in (0, -1))
    told = _(
        "**{most_share}** of “{most}” ({most_sure}) and {least_share} of “{least}” ({least_sure}) come back {age}."
    )
    first = told.format(
        most_share=say.share(most["retention"]),
        most=plain(or_unknown(most["group_name"])),
        most_sure=say.sure(most),
        least_share=say.share(least["retention"]),
        least=plain(or_unknown(least["group_name"])),
        least_sure=say.sure(least),
        age=age_words(age, grain),
    )
    chance = chance_if_alike(seen["retained"].astype("float64"), seen["size"].astype("float64"))
    if not say.known(chance):
        return first
    words = (
        _("If the groups were alike, chance alone would make differences so large in only {chance} of cases.")
        if chance < REAL
        else _("That may be chance: it makes differences so large in {chance} of cases even if the groups are alike.")
    )
    return say.joined(first, words.format(chance=plain(format_value(chance, "share"))))


def projection_answer(curve: pd.DataFrame, grain: str = "month", criterion: str = "exact") -> str:
    """Where the curve leads, and how the same projection fared before; or why there is none."""
    state = str(curve["projection_state"].iloc[0])
    if state != FITTED:
        reasons = {
            FILLING_UP: _("No projection: the latest periods still fill up, as who is silent now may yet come back."),
            TOO_SHORT: _("No projection: it takes two periods after the first purchase."),
        }
        return reasons.get(state, _("No projection: the curve does not fade in the way that could be continued."))
    last = _row(curve.iloc[-1])
    words = _("If it goes on like this, it will be {share} {age}.")
    goes_on = words.format(share=say.share(last["projection"]), age=age_words(int(last["age"]), grain))
    test = back_test(curve)
    if test is None:
        return say.joined(goes_on, _("That could not be tested: too few periods are over."))
    return say.joined(goes_on, _tested(test, grain), _meaning(criterion))


def _tested(test: BackTest, grain: str) -> str:
    figures = {"points": _points(test.error), "came": say.share(test.came)}
    if test.error > BAD * test.came:
        words = _("**Do not lean on that**: made {ago}, it would have missed by {points}, where {came} came.")
    else:
        words = _("Made {ago}, the same projection would have missed by {points} on average, where {came} came.")
    return words.format(ago=ago(test.periods, grain), **figures)


def _meaning(criterion: str) -> str:
    """What the model means where customers do not leave for good."""
    if criterion != "exact":
        return ""
    return _("Customers come and go: the projection continues the share that buys, not the same people.")


def _points(share: float) -> str:
    points = round(100 * share, 1)
    return plain(ngettext("{n} point", "{n} points", 1 if points == 1 else 2).format(n=format_value(points, "number")))


def _row(found: pd.Series) -> dict[str, Any]:
    return {str(name): value for name, value in found.items()}
