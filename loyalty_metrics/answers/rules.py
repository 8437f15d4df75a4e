"""Rules of segments in words: what a version changed, and whom a new one would move."""

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_exact, label, ngettext
from loyalty_metrics.segment_rules import SCORED, STEPS, Rules, renamed


def moved_answer(moves: pd.DataFrame, before: Rules, now: Rules, currency: str | None = None) -> str:
    """How many customers rules that are tried would move, and what those bring.

    Args:
        moves: Of `Workspace.moved_by`.
        before: The rules that hold.
        now: The rules that are tried.
        currency: Of the revenue.
    """
    everyone = int(moves["customers"].sum())
    if not everyone:
        return say.not_yet(_("nobody has bought in this scope"))
    moved = really_moved(moves, before, now)
    n = int(moved["customers"].sum())
    if not n:
        return _("No customer would move.")
    words = ngettext(
        "**{n}** of {all} customers ({share}) would move to another segment, who brings **{money}** of revenue.",
        "**{n}** of {all} customers ({share}) would move to another segment, who bring **{money}** of revenue.",
        n,
    )
    return words.format(
        n=say.count(n),
        all=say.count(everyone),
        share=say.share(n / everyone),
        money=say.money(float(moved["revenue"].sum()), currency),
    )


def really_moved(moves: pd.DataFrame, before: Rules, now: Rules) -> pd.DataFrame:
    """The rows of customers who would stand among others: neither stay, nor are in a segment that is only renamed."""
    new_names = renamed(before, now)
    same = moves["segment_before"].map(lambda name: new_names.get(name, name)) == moves["segment_now"]
    return moves[~same]


def rule_changes(before: Rules, now: Rules) -> list[str]:
    """What is different in later rules, a line each, as plain text."""
    return [
        *(_("New segment: {name}").format(name=label(name)) for name in now.names if name not in before.names),
        *(_("No longer there: {name}").format(name=label(name)) for name in before.names if name not in now.names),
        *_cells(before, now),
        *_scores(before, now),
        *_words(before, now),
    ]


def _cells(before: Rules, now: Rules) -> Iterable[str]:
    for r_score in range(STEPS, 0, -1):
        for fm_score in range(1, STEPS + 1):
            was, is_now = before.at(r_score, fm_score), now.at(r_score, fm_score)
            if was != is_now:
                words = _("R {r}, FM {fm}: {now} instead of {before}")
                yield words.format(r=r_score, fm=fm_score, before=label(was), now=label(is_now))


def _scores(before: Rules, now: Rules) -> Iterable[str]:
    if now.cuts is None:
        if before.cuts is not None:
            yield _("Scores by quintiles instead of fixed thresholds")
        return
    if before.cuts is None:
        yield _("Scores by fixed thresholds instead of quintiles")
    for name in SCORED:
        values = getattr(now.cuts, name)
        if before.cuts is None or getattr(before.cuts, name) != values:
            told = " / ".join(format_exact(Decimal(value)) for value in values)
            yield _("{name}: {values} (for the scores 2 to 5)").format(name=threshold_title(name), values=told)


def threshold_title(name: str) -> str:
    """What a threshold of a score is, in words."""
    return {
        "recency": _("Days since the last purchase, at most"),
        "frequency": _("Purchases, at least"),
        "monetary": _("Revenue, at least"),
    }[name]


def _words(before: Rules, now: Rules) -> Iterable[str]:
    for name in now.names:
        if name in before.names and now.words(name) != before.words(name):
            yield _("Other words for {name}").format(name=label(name))
    shared = [name for name in now.names if name in before.names]
    if shared != [name for name in before.names if name in now.names]:
        yield _("Another order of the segments")
