"""Do customers come back, and is that changing?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, ngettext, period_label, plain
from loyalty_metrics.measures.change import recent_change
from loyalty_metrics.stats.shifts import Lasting


def retention_answer(curve: pd.DataFrame, cohorts: pd.DataFrame, grain: str = "month", criterion: str = "exact") -> str:
    """How many new customers buy again in the next period, and whether that is getting better.

    Args:
        curve: The measure `retention_curve`.
        cohorts: The measure `cohort_retention`.
        grain: Length of a period.
        criterion: When a customer counts as retained.
    """
    first = curve[(curve["age"] == 1) & curve["retention"].notna()]
    if first.empty or not float(first["size"].iloc[0]) > 0:
        reason = {
            "day": _("no day after a first purchase is over yet"),
            "week": _("no week after a first purchase is over yet"),
            "month": _("no month after a first purchase is over yet"),
            "quarter": _("no quarter after a first purchase is over yet"),
        }
        return say.not_yet(reason[grain])
    if nobody := _nobody_came_back(cohorts, grain):
        return nobody
    row = first.iloc[0]
    sentence = say.bought_again(grain, criterion).format(share=say.share(row["retention"]))
    n = int(row["cohorts"])
    sure = ngettext("({interval}), over {n} complete cohort.", "({interval}), over {n} complete cohorts.", n)
    parts = [
        f"{sentence} {sure.format(interval=say.sure(row), n=say.count(n))}",
        _recent_change(cohorts, grain, criterion),
        _left_out(cohorts, grain),
    ]
    return say.joined(*parts)


def _nobody_came_back(cohorts: pd.DataFrame, grain: str) -> str:
    """Say it plainly where nobody bought in any period after the first."""
    if cohorts.loc[cohorts["age"] > 0, "retained"].fillna(0).sum():
        return ""
    n = say.count(int(cohorts.dropna(subset="cohort").drop_duplicates("cohort")["size"].sum()))
    words = {
        "day": _("**Nobody has come back on a later day yet**, of {n} customers. Retention is 0% throughout."),
        "week": _("**Nobody has come back in a later week yet**, of {n} customers. Retention is 0% throughout."),
        "month": _("**Nobody has come back in a later month yet**, of {n} customers. Retention is 0% throughout."),
        "quarter": _("**Nobody has come back in a later quarter yet**, of {n} customers. Retention is 0% throughout."),
    }
    return words[grain].format(n=n)


def _left_out(cohorts: pd.DataFrame, grain: str) -> str:
    """Which cohorts lie within the edge of the data, and what became of them."""
    starts = cohorts.dropna(subset="cohort").drop_duplicates("cohort")
    if not (starts["at_edge"] == "yes").any():
        return ""
    settled = starts.loc[starts["at_edge"] == "no", "cohort"]
    over = (cohorts["at_edge"] == "no") & (cohorts["age"] > 0) & (cohorts["state"] == "complete")
    if not over.any():
        return _(
            "Mind: where the data begin, old customers may look new, and no later cohort is over: all are counted."
        )
    words = _("Cohorts before {first} are left out of this: where the data begin, old customers look new.")
    return words.format(first=plain(period_label(settled.min(), grain)))


def cohort_table_answer(cohorts: pd.DataFrame, grain: str = "month", criterion: str = "exact") -> str:
    """How many cells stand out beyond chance, and how small a fall of the newest cohort would have shown.

    Args:
        cohorts: The measure `cohort_retention`.
        grain: Length of a period.
        criterion: When a customer counts as retained.
    """
    if criterion == "on_or_after":
        return _(
            "Cells are not compared under this counting rule: older cohorts have had longer to come back, so that newer"
            " ones always look worse."
        )
    looked_at = cohorts[cohorts["verdict"].notna()]
    if looked_at.empty:
        return _("Cells cannot be compared yet: no three settled cohorts of the same age are over.")
    n, above, below = len(looked_at), (looked_at["verdict"] == "above").sum(), (looked_at["verdict"] == "below").sum()
    if above + below:
        words = _(
            "**{found} of {n} finished cells differ from the other cohorts by more than these usually do**: {above}"
            " above (▲), {below} below (▼). This allows for how many were looked at; the other ups and downs are usual."
        )
    else:
        words = _(
            "**None of the {n} finished cells differs from the other cohorts by more than these usually do**, allowing"
            " for how many were looked at."
        )
    told = {"found": above + below, "n": n, "above": above, "below": below}
    sentence = words.format(**{name: say.count(value) for name, value in told.items()})
    return say.joined(sentence, _would_have_shown(looked_at, grain))


def _would_have_shown(looked_at: pd.DataFrame, grain: str) -> str:
    """How small a fall of the newest cohort's first cell would have been found."""
    newest = looked_at.sort_values(["age", "cohort"])
    row = newest[newest["age"] == newest["age"].iloc[0]].iloc[-1]
    cohort = plain(period_label(row["cohort"], grain))
    if pd.isna(row["detectable"]):
        return _("The newest cohort, {cohort}, is too small to show any fall.").format(cohort=cohort)
    words = _("A fall of {fall} points in the newest cohort, {cohort}, would have shown in four cases of five.")
    return words.format(fall=plain(format_value(100 * row["detectable"], "count")), cohort=cohort)


def _recent_change(cohorts: pd.DataFrame, grain: str, criterion: str) -> str:
    """The newest cohorts against those before, by customers, and whether it ever changed for good."""
    if criterion == "on_or_after":
        return _("Whether that changes cannot be told under this counting rule: older cohorts have had longer.")
    over = cohorts[(cohorts["age"] == 1) & (cohorts["state"] == "complete") & (cohorts["at_edge"] == "no")]
    found = recent_change(over.sort_values("cohort"), grain)
    if found is None:
        return _("Whether that changes cannot be told yet: too few cohorts are over.")
    if found.turn is not None:
        return turned(found.turn, found.turned, grain)
    advice = ""
    if not found.is_real:
        words = _("The last {n} cohorts: {after}, no clear change from {before} in the {m} before.")
        advice = "" if found.by_season else no_year_yet()
    elif found.newer > found.older:
        words = _("The last {n} cohorts: **{after}**, up from {before} in the {m} before.")
        advice = _("Find out what was done differently, and keep doing it.")
    else:
        words = _("The last {n} cohorts: **{after}**, down from {before} in the {m} before.")
        advice = _("Look at what these newest customers met: offer, service, second purchase.")
    figures = {"after": say.share(found.newer), "before": say.share(found.older)}
    sentence = words.format(n=say.count(found.n), m=say.count(found.before), **figures)
    return say.joined(sentence, f"({say.sure_points(found.low, found.high)}.)", advice)


def no_year_yet() -> str:
    """Why nothing is called a change where less than a year is known."""
    return _("Less than a year is known, so that a season could not be told from a change.")


def turned(turn: Lasting | None, cohort: Any, grain: str) -> str:
    """Since which cohort retention has been another; nothing where that may be chance."""
    if turn is None:
        return ""
    up = _("With the cohort of {cohort} it rose for good: {after} since, {before} before.")
    down = _("With the cohort of {cohort} it fell for good: {after} since, {before} before.")
    return (up if turn.after > turn.before else down).format(
        cohort=plain(period_label(cohort, grain)), after=say.share(turn.after), before=say.share(turn.before)
    )
