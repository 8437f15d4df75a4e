"""How soon do customers buy again, and when does a reminder pay?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, or_unknown, plain
from loyalty_metrics.stats.proportions import REAL

YEAR = 365


def next_order_answer(summary: pd.DataFrame, nth: int = 2) -> str:
    """How many buy again, how soon, and when to remind.

    Args:
        summary: The measure `next_order_summary`.
        nth: The purchase that is waited for.
    """
    if summary.empty:
        return say.not_yet(_("nobody has made the purchase before in this scope"))
    row = _first(summary)
    return say.joined(_share(row, nth), _half(row), _reminder(row))


def due_answer(summary: pd.DataFrame) -> str:
    """How many customers are in the reminder window on the as-of date, and what becomes of those who wait."""
    if summary.empty or pd.isna(summary["remind_from"].iloc[0]):
        return say.not_yet(_("too few customers have been watched for long enough"))
    row = _first(summary)
    n = int(row["due"])
    words = ngettext(
        "**{n} customer** is in the window now: **Who?** names them.",
        "**{n} customers** are in the window now: **Who?** lists them.",
        n,
    )
    parts = [words.format(n=say.count(n))]
    if say.known(row["chance_from"]) and say.known(row["chance_until"]):
        chances = _(
            "Of those still silent when it opens, {first} buy within the next 30 days; when it closes, {last} do."
        )
        parts.append(chances.format(first=say.share(row["chance_from"]), last=say.share(row["chance_until"])))
    return say.joined(*parts)


def group_difference_answer(summary: pd.DataFrame, tests: pd.DataFrame, by: str) -> str:
    """Which group comes back soonest, and whether that may be chance.

    Args:
        summary: The measure `next_order_summary`, with groups.
        tests: The measure `next_order_differences`.
        by: The attribute by which customers are compared.
    """
    if tests.empty or not say.known(tests["p_value"].iloc[0]):
        return say.not_yet(_("there are no two groups with customers who came back"))
    chance = float(tests["p_value"].iloc[0])
    told = plain(format_value(chance, "share"))
    caution = _("Mind that {by} is as of today: who came back may hold it because of that.")
    note = caution.format(by=plain(label(by).lower())) if by == "tier" else ""
    if chance >= REAL:
        words = _(
            "**No clear difference** between the groups: if they were alike, chance alone would make one so large in"
            " {chance} of cases."
        )
        return say.joined(words.format(chance=told), note)
    words = _(
        "**The groups differ**: if they were alike, chance alone would make a difference so large in only {chance} of"
        " cases."
    )
    return say.joined(words.format(chance=told), _ends(summary), note)


def _first(summary: pd.DataFrame) -> dict[str, Any]:
    """The row of all customers together."""
    return {str(name): value for name, value in summary.iloc[0].items()}


def _ends(summary: pd.DataFrame) -> str:
    """The groups that come back most and least within 90 days, among those large enough for it to be known."""
    known = summary[summary["group_name"].notna()].dropna(subset=["within_90", "horizon"]).sort_values("within_90")
    if len(known) < 2:
        return ""
    least, most = known.iloc[0], known.iloc[-1]
    return _("Within 90 days {most_share} of “{most}” come back, {least_share} of “{least}”.").format(
        most_share=say.share(most["within_90"]),
        most=plain(or_unknown(most["group_name"])),
        least_share=say.share(least["within_90"]),
        least=plain(or_unknown(least["group_name"])),
    )


def _share(row: dict[str, Any], nth: int) -> str:
    days = next((days for days in (90, 60, 30) if say.known(row[f"within_{days}"])), None)
    if days is None:
        return _("How many buy again within 30 days cannot be told yet: nobody has been watched for so long.")
    words = (
        _("**{share}** of customers buy a second time within {days}{interval}.")
        if nth == 2
        else _("**{share}** of customers with {n} purchases make the next one within {days}{interval}.")
    )
    ends = {"low": row[f"within_{days}_low"], "high": row[f"within_{days}_high"]}
    interval = f" ({say.sure(ends)})" if say.known(ends["low"]) else ""
    return words.format(share=say.share(row[f"within_{days}"]), n=nth - 1, days=_days(days), interval=interval)


def _half(row: dict[str, Any]) -> str:
    if not say.known(row["median"]):
        return _("Fewer than half have bought again so far.")
    if not say.known(row["median_high"]):
        return _("Half have by day {day}.").format(day=say.count(row["median"]))
    interval = plain(format_interval(row["median_low"], row["median_high"], "count"))
    return _("Half have by day {day} ({interval}).").format(day=say.count(row["median"]), interval=interval)


def _reminder(row: dict[str, Any]) -> str:
    if not say.known(row["remind_from"]):
        return _("When to remind cannot be told yet: too few customers have been watched for long enough.")
    words = _(
        "Of those who come back within {horizon}, half have done so by day {start} and nine in ten by day {end}:"
        " **remind between day {start} and day {end}**; later few come back on their own."
    )
    return words.format(
        horizon=_("a year") if row["horizon"] == YEAR else _days(row["horizon"]),
        start=say.count(row["remind_from"]),
        end=say.count(row["remind_until"]),
    )


def _days(days: float) -> str:
    return plain(format_value(days, "days"))
