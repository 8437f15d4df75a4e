"""Do customers come back, and is that changing?"""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, ngettext

RECENT = 6
"""Cohorts compared with as many before them."""


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
    row = first.iloc[0]
    sentence = say.bought_again(grain, criterion).format(share=say.share(row["retention"]))
    n = int(row["cohorts"])
    sure = ngettext("({interval}), over {n} complete cohort.", "({interval}), over {n} complete cohorts.", n)
    parts = [f"{sentence} {sure.format(interval=say.sure(row), n=say.count(n))}", _recent_change(cohorts)]
    return say.joined(*parts)


def _recent_change(cohorts: pd.DataFrame) -> str:
    """The last cohorts against those before, by customers, and whether the difference may be chance."""
    cells = cohorts[(cohorts["age"] == 1) & (cohorts["state"] == "complete")].sort_values("cohort")
    if len(cells) < 4:
        return _("Whether that changes cannot be told yet: too few cohorts are over.")
    n = min(RECENT, len(cells) // 2)
    new, old = cells.iloc[-n:], cells.iloc[-2 * n : -n]
    kept_new, kept_old, size_new, size_old = (
        float(part[column].sum()) for column in ("retained", "size") for part in (new, old)
    )
    after, before = kept_new / size_new, kept_old / size_old
    if not say.differs(kept_new, size_new, kept_old, size_old):
        words = _("The last {n} cohorts: {after}, no clear change from {before} in the {n} before.")
        advice = ""
    elif after > before:
        words = _("The last {n} cohorts: **{after}**, up from {before} in the {n} before.")
        advice = _("Find out what was done differently, and keep doing it.")
    else:
        words = _("The last {n} cohorts: **{after}**, down from {before} in the {n} before.")
        advice = _("Look at what these newest customers met: offer, service, second purchase.")
    return say.joined(words.format(n=say.count(n), after=say.share(after), before=say.share(before)), advice)
