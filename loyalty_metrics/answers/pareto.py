"""Does 80/20 hold?"""

from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, label, ngettext, plain
from loyalty_metrics.scope import MONEY_VALUES

RULE, NEAR = 0.8, 0.1
"""What the best 20% bring by the rule of thumb, and how far off it they may be for the rule to hold."""

SURE = 0.9
"""How often intervals must hold the truth to be called 95% sure."""


def pareto_answer(summary: pd.DataFrame, value: str = "revenue", currency: str | None = None) -> str:
    """Whether 80% comes from 20% here.

    Args:
        summary: The measure `pareto_summary`.
        value: What is added up: revenue, profit, orders or units.
        currency: Of money.
    """
    figures = say.by_figure(summary)
    top, carriers = figures.get("top_share"), figures.get("carriers_share")
    if top is None or not say.known(top["value"]):
        return say.not_yet(_pareto_reason(figures))
    words = _("The best 20% of customers bring **{share}** of {value} ({interval}).")
    first = words.format(share=say.share(top["value"]), value=plain(label(value)).lower(), interval=say.sure(top))
    second = ""
    if carriers is not None and say.known(carriers["value"]):
        people = _("80% comes from {share} of customers: {n} of {all} with any order.")
        second = people.format(
            share=say.share(carriers["value"]),
            n=say.count(np.ceil(carriers["numerator"])),
            all=say.count(carriers["denominator"]),
        )
    verdict = _eighty_twenty(top, concentration_is_sure(summary))
    return say.joined(first, _caution(figures), verdict, second, _unknown_value(figures, value, currency))


def concentration_is_sure(figures: pd.DataFrame) -> bool:
    """Whether all intervals of concentration may be called 95% sure.

    Args:
        figures: The measure `pareto_summary` or `pareto_by_year`.
    """
    covered = figures.loc[figures["figure"] == "covered", "value"] if "figure" in figures else figures["covered"]
    return not (covered.astype("float64") < SURE).any()


def _caution(figures: dict[str, dict[str, Any]]) -> str:
    """What the intervals hold, where it is less than they aim at."""
    covered = figures.get("covered", {}).get("value", SURE)
    if not say.known(covered) or covered >= SURE:
        return ""
    words = _(
        "A few very large customers decide this: such an interval can hold the truth in as few as {share} of cases "
        "instead of 95%, and the truth is likely more concentrated."
    )
    return words.format(share=say.share(covered))


def _eighty_twenty(top: dict[str, Any], sure: bool) -> str:
    """The verdict on 80/20, by where the interval lies; where it may miss what is above it, only that it is more."""
    if not say.known(top["low"]) or not say.known(top["high"]):
        return _("Whether 80/20 holds cannot be told yet: there are too few customers for an interval.")
    if top["low"] > RULE:
        return _("More than 80/20: a few customers carry the business, and losing one of them hurts.")
    if sure and top["high"] < RULE:
        return _("The 80/20 rule does not hold here: value is spread more evenly, so the middle deserves care too.")
    if sure and top["low"] >= RULE - NEAR and top["high"] <= RULE + NEAR:
        return _("The 80/20 rule holds here: care for these customers first.")
    return _("Whether 80/20 holds cannot be told from these customers.")


def _pareto_reason(figures: dict[str, dict[str, Any]]) -> str:
    unknown = figures.get("unknown_value", {}).get("value", 0)
    if say.known(unknown) and unknown > 0:
        return _("what customers are worth is not known, for instance because costs are missing")
    return _("there is no value above zero to share out")


def _unknown_value(figures: dict[str, dict[str, Any]], value: str, currency: str | None) -> str:
    unknown = figures.get("unknown_value", {}).get("value", 0)
    total = figures.get("total", {}).get("value")
    words = ngettext(
        "{n} customer of unknown value is left out of the total of {total}.",
        "{n} customers of unknown value are left out of the total of {total}.",
        unknown if say.known(unknown) else 0,
    )
    if not say.known(unknown) or not unknown:
        return ""
    in_money = value in MONEY_VALUES
    return words.format(n=say.count(unknown), total=say.money(total, currency) if in_money else say.count(total))


def persistence_answer(years: pd.DataFrame) -> str:
    """Whether the best customers stay the best, and whether concentration grows.

    Args:
        years: The measure `pareto_by_year`.
    """
    told = years[years["persistence"].notna()]
    if told.empty:
        return say.not_yet(_("there are no two whole years to compare"))
    last = told.iloc[-1]
    words = _("Of the best 20% of the year before, **{share}** ({interval}) are among the best 20% of this year.")
    ends = {"low": last["persistence_low"], "high": last["persistence_high"]}
    first = words.format(share=say.share(last["persistence"]), interval=say.sure(ends))
    fell = last["top_before"] - last["still_top"]
    advice = _("About {n} fell out: ask them first. Under Who? they are listed.").format(n=say.count(round(fell)))
    return say.joined(first, advice, _trend(years[years["state"] == "complete"]))


def _trend(complete: pd.DataFrame) -> str:
    """The last year's concentration against the one before; told as a change only where the intervals are apart."""
    if len(complete) < 2:
        return ""
    before, now = complete.iloc[-2], complete.iloc[-1]
    shares = {"now": say.share(now["top_share"]), "before": say.share(before["top_share"])}
    if now["top_low"] > before["top_high"]:
        return _("They bring more than before: {now} of the value, up from {before}.").format(**shares)
    if now["top_high"] < before["top_low"]:
        return _("Value is spread more evenly than before: they bring {now}, down from {before}.").format(**shares)
    return _("Concentration did not clearly change: {now}, against {before} the year before.").format(**shares)


ONES_TO_LOSE = 10
"""How many best customers the sentence on losing them is about, where there are more of them."""


def losing_answer(losses: pd.DataFrame, value: str = "revenue") -> str:
    """What would go with the best customers.

    Args:
        losses: The measure `without_the_best`.
        value: What is added up: revenue, profit, orders or units.
    """
    known = losses[losses["value_share"].notna() & (losses["customer_share"] < 1)]
    if known.empty:
        return say.not_yet(_("there is no value above zero to share out"))
    row = known[known["customers_up_to"] <= ONES_TO_LOSE].iloc[-1]
    n = int(row["customers_up_to"])
    words = ngettext(
        "Without the best customer, **{share}** of {value} would be gone.",
        "Without the best {n} customers, **{share}** of {value} would be gone.",
        n,
    )
    first = words.format(n=say.count(n), share=say.share(row["value_share"]), value=plain(label(value)).lower())
    if not say.known(row["replacements"]):
        return first
    return say.joined(
        first, _("It takes {n} average other customers to make good.").format(n=say.count(np.ceil(row["replacements"])))
    )
