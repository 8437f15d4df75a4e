"""Whom to care for today, and what came of it so far."""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.care import AT_RISK, BIRTHDAYS, CALL_BACK, FESTIVALS, WINNABLE
from loyalty_metrics.festivals import Festival
from loyalty_metrics.language import _, format_value, ngettext, period_label, plain


def care_answer(kind: str, todo: pd.DataFrame, days: int, festival: Festival | None, currency: str | None) -> str:
    """How many customers are on a care list, and what is at stake.

    Args:
        kind: The list.
        todo: Its customers, not attended to yet.
        days: How many days ahead it looks.
        festival: Which, of festivals.
        currency: Of money.
    """
    n = len(todo)
    told = ngettext("**{n} customer**", "**{n} customers**", n).format(n=say.count(n))
    ahead = plain(format_value(days, "days"))
    if kind == BIRTHDAYS:
        words = ngettext(
            "{who} has a birthday in the next {days} and was not greeted yet.",
            "{who} have a birthday in the next {days} and were not greeted yet.",
            n,
        )
        return words.format(who=told, days=ahead)
    if kind == FESTIVALS:
        if festival is None:
            return _("No festival is coming up.")
        words = _(
            "{festival} is on **{day}**: {who} who bought in the three weeks before it last time, not greeted yet."
        )
        return words.format(festival=plain(_(festival.name)), day=plain(period_label(festival.day, "day")), who=told)
    if kind == CALL_BACK:
        words = ngettext("{who} is to be called again", "{who} are to be called again", n)
        return _("{words} within {days}.").format(words=words.format(who=told), days=ahead)
    if kind == AT_RISK:
        stake = say.money(float(todo["at_stake"].sum()), currency) if n else say.money(0, currency)
        words = _("{who} who were worth much have gone quiet: **{stake}** is at stake. Those with the most come first.")
        return words.format(who=told, stake=stake)
    assert kind == WINNABLE
    words = _("{who} with a habit of buying have lapsed not long ago: they may be won back.")
    return words.format(who=told)


def care_outcomes_answer(outcomes: pd.DataFrame) -> str:
    """What came of care so far.

    Args:
        outcomes: The measure `care_outcomes`.
    """
    if outcomes.empty:
        return _("Nobody was marked as attended to up to this day.")
    done, over, bought = (int(outcomes[name].sum()) for name in ("done", "over", "bought"))
    glad = int(outcomes.loc[outcomes["outcome"] == "glad", "done"].sum())
    words = ngettext("**{n} time** somebody was attended to", "**{n} times** somebody was attended to", done)
    first = _("{times}, {glad} of them with joy.").format(times=words.format(n=say.count(done)), glad=say.count(glad))
    if not over:
        return say.joined(first, _("Who bought afterwards is told when 30 days are over."))
    then = _("Of {over} whose 30 days are over, **{bought} ({share})** bought within them; not all because of it.")
    return say.joined(
        first, then.format(over=say.count(over), bought=say.count(bought), share=say.share(bought / over))
    )
