"""What changed in retention, is it real, and why?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.answers.retention import no_year_yet, turned
from loyalty_metrics.charts.ages import age_words
from loyalty_metrics.language import _, label, or_unknown, period_label, plain
from loyalty_metrics.measures.change import EVERYBODY
from loyalty_metrics.stats.proportions import REAL
from loyalty_metrics.stats.shifts import Lasting

SMALL = 0.2
"""A mix effect of no more than this part of the change is hardly any of it."""


def change_answer(
    change: pd.DataFrame,
    over_time: pd.DataFrame,
    grain: str = "month",
    criterion: str = "exact",
) -> str:
    """The change with its interval, mix or behaviour, where it shows, and since when.

    Args:
        change: The measure `retention_change`.
        over_time: The measure `retention_over_time`.
        grain: Length of a period.
        criterion: When a customer counts as retained.
    """
    if criterion == "on_or_after":
        return _(
            "Under this counting rule cohorts cannot be compared: older ones have had longer to come back. Choose"
            " “Bought in that period” or “Had bought again by its end” under Counting rules."
        )
    everybody = change[change["attribute"] == EVERYBODY]
    if everybody.empty or not say.known(everybody["change"].iloc[0]):
        return say.not_yet(_("at this age there are not two cohorts that are over"))
    row = everybody.iloc[0]
    by_season = row["by_season"] == "yes"
    is_real, has_turned = by_season and row["chance"] <= REAL, over_time["chance"].iloc[0] <= REAL
    parts = [_numbers(row, int(over_time["age"].iloc[0]), grain, criterion, is_real)]
    if is_real:
        parts += [_mix(change, float(row["change"])), _where(change)]
    since = _since(over_time, grain) if has_turned else ""
    return say.joined(*parts, "" if by_season else no_year_yet(), _reversals(change), since)


def _numbers(row: Any, age: int, grain: str, criterion: str, is_real: bool) -> str:
    words = {
        "exact": _("Of 100 new customers of {newer}, **{now}** bought again {age}, {against} {then} of {older}"),
        "cumulative": _(
            "Of 100 new customers of {newer}, **{now}** had bought again by the end of the period {age}, {against}"
            " {then} of {older}"
        ),
    }
    rose = row["change"] > 0
    against = (_("up from") if rose else _("down from")) if is_real else _("against")
    first = words[criterion].format(
        newer=_span(row["newer_from"], row["newer_to"], grain),
        older=_span(row["older_from"], row["older_to"], grain),
        now=say.per_hundred(row["newer_retention"]),
        then=say.per_hundred(row["older_retention"]),
        age=age_words(age, grain),
        against=against,
    )
    sure = say.sure_points(row["change_low"], row["change_high"])
    return (
        f"{first} ({sure})." if is_real else _("{first}. That may be chance ({sure}).").format(first=first, sure=sure)
    )


def _span(first: Any, last: Any, grain: str) -> str:
    names = [plain(period_label(day, grain)) for day in (first, last)]
    return names[0] if names[0] == names[1] else _("{first} to {last}").format(first=names[0], last=names[1])


def _mix(change: pd.DataFrame, total: float) -> str:
    """How much of the change another mix of customers makes, by the attribute by which it makes most."""
    wholes = change[change["value"].isna() & (change["attribute"] != EVERYBODY)]
    if wholes.empty:
        return _("The data tell nothing of these customers that could explain it.")
    most = wholes.iloc[int(wholes["mix_effect"].abs().argmax())]
    if abs(most["mix_effect"]) <= SMALL * abs(total):
        return _("Almost all of it is customers of the same kind behaving otherwise, not a different mix of customers.")
    words = _(
        "A different mix by “{attribute}” makes {mix} points, the same kind of customers behaving otherwise {rate}."
    )
    return words.format(
        attribute=plain(label(most["attribute"])),
        mix=say.signed_points(most["mix_effect"]),
        rate=say.signed_points(most["rate_effect"]),
    )


def _where(change: pd.DataFrame) -> str:
    """In which groups it shows, and where most."""
    wholes = change[change["value"].isna() & (change["attribute"] != EVERYBODY)]
    if wholes.empty:
        return ""
    attribute = wholes["attribute"].iloc[0]
    values = change[(change["attribute"] == attribute) & change["value"].notna() & change["change"].notna()]
    shows = values[values["verdict"].isin(["up", "down"])]
    name = plain(label(attribute))
    if shows.empty:
        return _("In no single group is it large enough to be more than chance.")
    most = shows.iloc[int(shows["change"].abs().argmax())]
    told = {
        "attribute": name,
        "value": plain(value_words(most["value"])),
        "change": say.signed_points(most["change"]),
        "n": say.count(len(shows)),
        "all": say.count(len(values)),
    }
    if len(shows) == len(values):
        return _("By “{attribute}” it shows in every group, most in **{value}** ({change} points).").format(**told)
    return _("By “{attribute}” it shows in {n} of {all} groups, most in **{value}** ({change} points).").format(**told)


def value_words(value: str) -> str:
    """The value of an attribute: the product's own in words, the data's as it stands."""
    if value in ("full_price", "on_discount", "small", "medium", "large"):
        return label(value)
    return or_unknown(value)


def _reversals(change: pd.DataFrame) -> str:
    turned_round = change.loc[change["reversal"] == "yes", "attribute"].tolist()
    if not turned_round:
        return ""
    words = _("Mind: by “{attribute}” every group moved the other way than all together, because the mix changed.")
    return words.format(attribute=plain(label(turned_round[0])))


def _since(over_time: pd.DataFrame, grain: str) -> str:
    row = over_time[over_time["turning"] == "yes"].iloc[0]
    return turned(Lasting(0, row["before"], row["after"], row["chance"]), row["cohort"], grain)
