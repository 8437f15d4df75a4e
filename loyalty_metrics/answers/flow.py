"""Does the bucket fill or leak?"""

import numpy as np
import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, ngettext, period_label, plain
from loyalty_metrics.stats.outliers import beyond_spread
from loyalty_metrics.stats.proportions import REAL


def flow_answer(flow: pd.DataFrame, grain: str = "month") -> str:
    """Whether the bucket fills or leaks, in the last period that is over.

    Args:
        flow: The measure `customer_flow`.
        grain: Length of a period.
    """
    over = flow[flow["state"] == "complete"]
    if over.empty or over[["opening", "new", "closing"]].to_numpy().sum() == 0:
        return say.not_yet(_("no period with customers is over"))
    last = over.iloc[-1]
    came, left = int(last["new"] + last["reactivated"]), int(last["lapsed"])
    words = _(
        "In {period}, **{came}** customers came ({new} new, {back} won back) and **{left}** lapsed: {closing}"
        " are active, {change}."
    )
    first = words.format(
        period=plain(period_label(last["period"], grain)),
        came=say.count(came),
        new=say.count(last["new"]),
        back=say.count(last["reactivated"]),
        left=say.count(left),
        closing=say.count(last["closing"]),
        change=say.more_or_fewer(came - left),
    )
    return say.joined(first, _what_lapsed_means(last["lapse_days"]), _leak(over))


def _what_lapsed_means(days: float | None) -> str:
    """How long nobody may be away; unknown where too few have come back, and so nobody lapses."""
    if pd.isna(days):
        return _("Nobody counts as lapsed: too few have come back for the data to say after how long.")
    text = ngettext("Lapsed means {n} day without a purchase.", "Lapsed means {n} days without a purchase.", days)
    return text.format(n=say.count(days))


def _leak(over: pd.DataFrame) -> str:
    """The share of those active at the start that lapsed, against what it was in the year before.

    Not all who lapse were there at the start: with short lapse windows some come and lapse within the period. Nothing
    is said where nobody can lapse, and no change is where it strays no more than it always does.
    """
    if pd.isna(over["lapse_days"].iloc[-1]):
        return ""
    lost, start = (over["opening"] - over["retained"]).to_numpy("float64"), over["opening"].to_numpy("float64")
    if not start[-1] > 0:
        return ""
    known = np.flatnonzero(start > 0)[-YEAR - 1 :]
    lost, start = lost[known], start[known]
    now = _("{share} of those active at the start lapsed.").format(share=say.share(lost[-1] / start[-1]))
    if not beyond_spread(lost, start, np.zeros(len(start)))[-1] <= REAL:
        return now
    before = lost[:-1].sum() / start[:-1].sum()
    words = _("{share} of those active at the start lapsed, against {before} in the {n} periods before.")
    advice = _("Ask some of them why.") if lost[-1] / start[-1] > before else ""
    told = words.format(share=say.share(lost[-1] / start[-1]), before=say.share(before), n=say.count(len(start) - 1))
    return say.joined(told, advice)


YEAR = 12
"""Periods before that the last is held against, at most."""

FEW = 0.1
"""Where so few come back within a year, a customer is lost for most purposes."""

MOST = 0.5
"""Where more than this share come back within a year, time away does not say who is lost."""

USUAL = 0.9
"""The share of gaps seen that a window is offered for where there are too few of them to decide it."""


def lapse_answer(windows: pd.DataFrame, chosen: int | None = None) -> str:
    """Why the lapse window is as long as it is, and how often it is wrong.

    Args:
        windows: The measure `lapse_windows`.
        chosen: The scope's own window, where there is one.
    """
    used = windows[windows["use"] == "chosen"]
    if used.empty:
        return _undecided(windows)
    row = used.iloc[0]
    days = plain(format_value(row["lapse_days"], "days"))
    if chosen:
        words = _("**{days}** without a purchase was chosen here; {share} of the {n} gaps seen are no longer.")
    else:
        words = _(
            "After **{days}** without a purchase: by then nine in ten of those who come back have come; {share} of the"
            " {n} gaps seen are no longer."
        )
    first = words.format(days=days, share=say.share(row["shorter_share"]), n=say.count(row["gaps"]))
    return say.joined(first, _came_back(row), _later_windows(windows, row))


def _undecided(windows: pd.DataFrame) -> str:
    """That too few gaps were seen, and the first window that covers most of them."""
    gaps = 0 if windows.empty else int(windows["gaps"].max())
    if not gaps:
        return say.not_yet(_("nobody has come back yet, so nobody counts as lapsed"))
    words = ngettext(
        "The data do not decide it: only {n} gap between purchases was seen. Nobody lapses until you choose.",
        "The data do not decide it: only {n} gaps between purchases were seen. Nobody lapses until you choose.",
        gaps,
    )
    wide = windows[windows["shorter_share"] >= USUAL]
    return say.joined(words.format(n=say.count(gaps)), _offer(wide, _("{days} would cover nine in ten of them.")))


def _offer(windows: pd.DataFrame, words: str) -> str:
    """The shortest of these windows, in words; nothing where there is none."""
    if windows.empty:
        return ""
    return words.format(days=plain(format_value(windows["lapse_days"].min(), "days")))


def _came_back(row: pd.Series) -> str:
    if not say.known(row["came_back_share"]):
        return _("How many come back after that cannot be told yet: nobody has been away for a year beyond it.")
    words = _("Of those who stayed away that long, **{share}** ({interval}) still came back within a year.")
    return words.format(share=say.share(row["came_back_share"]), interval=say.sure(row))


def _later_windows(windows: pd.DataFrame, row: pd.Series) -> str:
    """The first longer window after which hardly anybody comes back, or fewer than half where now most do."""
    if not say.known(row["came_back_share"]) or row["came_back_share"] <= FEW:
        return ""
    known = windows[windows["came_back_share"].notna() & (windows["lapse_days"] > row["lapse_days"])]
    if row["came_back_share"] > MOST:
        return say.joined(
            _("So time away does not decide who is lost: most come back."),
            _offer(known[known["high"] < MOST], _("After {days} fewer than half do; choose a window as long as that.")),
        )
    return _offer(known[known["high"] <= FEW], _("After {days} nine in ten do not come back within a year."))
