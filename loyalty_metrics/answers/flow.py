"""Does the bucket fill or leak?"""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, ngettext, period_label, plain


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
        "In {period}, **{came}** customers came ({new} new, {back} won back) and **{left}** stopped buying: {closing}"
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
    return say.joined(first, _what_stopped_means(last["lapse_days"]), _leak(over))


def _what_stopped_means(days: float | None) -> str:
    """How long nobody may be away; unknown where no customer has come back yet, and so nobody counts as gone."""
    if pd.isna(days):
        return _("Nobody counts as gone before some customer has come back.")
    text = ngettext("Stopped means {n} day without a purchase.", "Stopped means {n} days without a purchase.", days)
    return text.format(n=say.count(days))


def _leak(over: pd.DataFrame) -> str:
    """The share of those active at the start that was lost, now and in the period before.

    Not all who lapse were there at the start: with short lapse windows some come and lapse within the period.
    """
    lost = over["opening"] - over["retained"]
    rates = (lost / over["opening"].where(over["opening"] > 0)).tail(2).tolist()
    if not rates or not say.known(rates[-1]):
        return ""
    now = _("{share} of those active at the start stopped.").format(share=say.share(rates[-1]))
    if len(rates) < 2 or not say.known(rates[0]):
        return now
    start = over["opening"].tolist()
    if not say.differs(lost.iloc[-1], start[-1], lost.iloc[-2], start[-2]):
        return now
    words = _("{share} of those active at the start stopped, against {before} in the period before.")
    advice = _("Ask some of them why they left.") if rates[-1] > rates[0] else ""
    return say.joined(words.format(share=say.share(rates[-1]), before=say.share(rates[0])), advice)


ALMOST_SURELY_GONE = 0.1
"""A customer of whose like so few come back within a year is gone for most purposes."""


def lapse_answer(windows: pd.DataFrame, chosen: int | None = None) -> str:
    """Why the lapse window is as long as it is, and how often it is wrong.

    Args:
        windows: The measure `lapse_windows`.
        chosen: The scope's own window, where there is one.
    """
    used = windows[windows["use"] == "chosen"]
    if used.empty:
        return say.not_yet(_("nobody has come back yet, so nobody counts as gone"))
    row = used.iloc[0]
    days = plain(format_value(row["lapse_days"], "days"))
    if chosen:
        words = _("**{days}** without a purchase was chosen here; {share} of the {n} gaps seen are no longer.")
    else:
        words = _(
            "After **{days}** without a purchase, because {share} of the {n} gaps between purchases are no longer."
        )
    first = words.format(days=days, share=say.share(row["shorter_share"]), n=say.count(row["gaps"]))
    return say.joined(first, _came_back(row), _later_windows(windows, row))


def _came_back(row: pd.Series) -> str:
    if not say.known(row["came_back_share"]):
        return _("How many come back after that cannot be told yet: nobody has been away for a year beyond it.")
    words = _("Of those who stayed away that long, **{share}** ({interval}) still came back within a year.")
    return words.format(share=say.share(row["came_back_share"]), interval=say.sure(row))


def _later_windows(windows: pd.DataFrame, row: pd.Series) -> str:
    """The first longer window after which hardly anybody comes back."""
    known = windows[windows["came_back_share"].notna() & (windows["lapse_days"] > row["lapse_days"])]
    sure = known[known["high"] <= ALMOST_SURELY_GONE].sort_values("lapse_days")
    if not say.known(row["came_back_share"]) or row["came_back_share"] <= ALMOST_SURELY_GONE or sure.empty:
        return ""
    words = _("Only after {days} are nine in ten gone for good; until then a reminder can still win them back.")
    return words.format(days=plain(format_value(sure["lapse_days"].iloc[0], "days")))
