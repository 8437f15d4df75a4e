"""Who left the best customers, and who joined them."""

from datetime import date

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, label, ngettext, period_label, plain

NOWHERE = ("not yet", "no more")
"""Customers outside the table of segments, on either side."""


def migration_answer(moves: pd.DataFrame, since: date, currency: str | None = None) -> str:
    """How many left the best segment since a date, what they were worth, and how many rose to it.

    Args:
        moves: The measure `rfm_migration`.
        since: The earlier date.
        currency: Of the revenue.
    """
    placed = moves[~moves["segment_before"].isin(NOWHERE)]
    if placed.empty:
        return say.not_yet(_("nobody had bought by the earlier date"))
    best = placed.sort_values("position_before")["segment_before"].iloc[0]
    were = placed[placed["segment_before"] == best]
    left = were[were["segment_now"] != best]
    joined = moves[(moves["segment_now"] == best) & (moves["segment_before"] != best)]
    n, came = int(left["customers"].sum()), int(joined["customers"].sum())
    words = ngettext(
        "Since {day}, **{n}** of {all} {segment} ({share}) has left that group; worth **{money}** by then.",
        "Since {day}, **{n}** of {all} {segment} ({share}) have left that group; worth **{money}** by then.",
        n,
    )
    first = words.format(
        day=plain(period_label(since, "day")),
        n=say.count(n),
        all=say.count(were["customers"].sum()),
        segment=plain(label(best)),
        share=say.share(n / were["customers"].sum()),
        money=say.money(float(left["revenue_before"].sum()), currency),
    )
    rose = ngettext("{n} customer rose to it.", "{n} customers rose to it.", came).format(n=say.count(came))
    return say.joined(first, rose, _where_to(left))


def _where_to(left: pd.DataFrame) -> str:
    """Where most of those who left are now."""
    if left.empty:
        return _("Nobody to win back here.")
    most = left.sort_values("customers").iloc[-1]
    words = _("Most of those who left are now {segment} ({n}).")
    return words.format(segment=plain(label(most["segment_now"])), n=say.count(most["customers"]))
