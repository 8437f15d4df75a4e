"""What was decided, what came of it, how sure that is, and whether it paid."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from loyalty_metrics import sentences as say
from loyalty_metrics.decisions import Decision
from loyalty_metrics.effects import BY_LOT, LESS, MEASURED, MORE, NO_COMPARISON, NOT_SHOWN, TOO_EARLY, Effect, Outlook
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, period_label, plain
from loyalty_metrics.paying import Money

UNITS = {"bought": "share", "orders": "number", "revenue": "money", "margin": "money"}
"""The unit of each outcome, a customer."""


def outcome_name(outcome: str) -> str:
    """What a decision is judged by, in words."""
    names = {
        "bought": _("Share who buy again"),
        "orders": _("Purchases a customer"),
        "revenue": _("Revenue a customer"),
        "margin": _("Margin a customer"),
    }
    return names[outcome]


def feature_name(feature: str) -> str:
    """What customers are made alike in, in words."""
    names = {
        "recency": _("Days since the last purchase"),
        "purchases": _("Purchases so far"),
        "year_spend": _("Spent in the last 365 days"),
        "days_known": _("Days since the first purchase"),
        "spend": _("Spent so far"),
        "bought_before": _("Bought in the days before"),
        "orders_before": _("Purchases in the days before"),
        "revenue_before": _("Revenue in the days before"),
    }
    return names[feature]


def decisions_answer(found: Sequence[tuple[Decision, Effect]], today: date) -> str:
    """How many decisions there are, what came of them, and which wait for somebody.

    Args:
        found: Each decision with its effect.
        today: The as-of date.
    """
    if not found:
        return _("Nothing was decided up to this day.")
    n = len(found)
    first = ngettext("**{n} decision** was taken", "**{n} decisions** were taken", n).format(n=say.count(n))
    parts = []
    for state, one, many in (
        (MORE, _("{n} worked"), _("{n} worked")),
        (LESS, _("{n} did harm"), _("{n} did harm")),
        (NOT_SHOWN, _("of {n} no effect is shown"), _("of {n} no effect is shown")),
        (NO_COMPARISON, _("{n} cannot be told"), _("{n} cannot be told")),
        (TOO_EARLY, _("for {n} it is too early"), _("for {n} it is too early")),
    ):
        count = sum(verdict_of(*pair) == state for pair in found)
        if count:
            parts.append((one if count == 1 else many).format(n=say.count(count)))
    late = [one for one, _effect in found if is_late(one, today)]
    overdue = ngettext("**{n} is overdue.**", "**{n} are overdue.**", len(late)).format(n=len(late)) if late else ""
    return say.joined(f"{first}: {', '.join(parts)}." if parts else f"{first}.", overdue)


def verdict_of(one: Decision, effect: Effect) -> str:
    """What can be told of a decision, as a code: of a measured one, whether the outcome that was named moved."""
    row = effect.of(one.plan.outcome) if effect.state == MEASURED else None
    if effect.state == MEASURED and row is None:
        return NO_COMPARISON
    return str(row["verdict"]) if row else effect.state


def is_late(one: Decision, today: date) -> bool:
    """Whether a decision should have been carried out by now and is not."""
    return one.status == "open" and one.plan.due_on is not None and one.plan.due_on < today


def effect_answer(one: Decision, effect: Effect, today: date, currency: str | None = None) -> str:
    """What a decision did, how sure that is, and what it is compared with; or why that cannot be told, and when.

    Args:
        one: The decision.
        effect: What can be told.
        today: The as-of date.
        currency: Of its money.
    """
    if effect.state == TOO_EARLY:
        over = max((today - one.starts_on).days + 1, 0)
        words = _("**Too early.** {over} of {days} are over; what came of it can be told on **{day}**, and not before.")
        days = plain(format_value(one.plan.days, "days"))
        return words.format(over=say.count(over), days=days, day=plain(period_label(effect.can_tell_on, "day")))
    if effect.state == NO_COMPARISON:
        return _no_comparison(effect.reason)
    if effect.state != MEASURED:
        return _("Dropped: nothing is measured.")
    row = effect.of(one.plan.outcome)
    if row is None:
        return _("**It cannot be told**: the cost of some purchases is not known, and so the margin is not.")
    return say.joined(_compared(one, row, currency), _expected(one, row, currency), _evidence(effect))


def _no_comparison(reason: str) -> str:
    first = _("**It cannot be told**: {reason}.").format(reason=label(reason))
    what = {
        "few_targets": _("Decide for more customers next time."),
        "few_purchases": _("Choose more customers, or count more days, next time."),
    }
    lot = _("Next time leave some customers of the list alone by lot: then it can be told whatever the list is.")
    return say.joined(first, what.get(reason, lot))


def _compared(one: Decision, row: dict[str, Any], currency: str | None) -> str:
    unit = UNITS[one.plan.outcome]

    def told(value: float) -> str:
        return plain(format_value(value, unit, currency))

    days = plain(format_value(one.plan.days, "days"))
    if one.plan.outcome == "bought":
        words = _("Of the targets **{after}** bought within {days}; without it about {without} would have")
    else:
        words = _("The targets brought **{after}** each within {days}; without it about {without}")
    first = words.format(after=told(row["after"]), without=told(row["after"] - row["effect"]), days=days)
    heads = {
        MORE: _("**It worked.** {told}: {effect} ({sure})."),
        LESS: _("**It did harm.** {told}: {effect} ({sure})."),
        NOT_SHOWN: _("**No effect is shown.** {told}: {effect}, which may be chance ({sure})."),
    }
    return heads[row["verdict"]].format(
        told=first, effect=change(row["effect"], unit, currency), sure=sure(row, unit, currency)
    )


def change(value: float, unit: str, currency: str | None = None) -> str:
    """A difference with its sign: in points for a share."""
    if unit == "share":
        return _("{points} points").format(points=say.signed_points(value))
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    # Of a few euros a customer the cents matter, of thousands in all they do not.
    return sign + plain(format_value(abs(value), unit, currency, compact=abs(value) >= 100))


def sure(row: dict[str, Any], unit: str, currency: str | None = None) -> str:
    """The interval of a difference, in words."""
    if unit == "share":
        return say.sure_points(row["low"], row["high"])
    words = _("95% sure: between {low} and {high}")
    return words.format(low=change(row["low"], unit, currency), high=change(row["high"], unit, currency))


def _expected(one: Decision, row: dict[str, Any], currency: str | None) -> str:
    expected, unit = one.plan.expected, UNITS[one.plan.outcome]
    if expected is None:
        return ""
    words = _("Expected were {expected}, which lies in that range.")
    if expected > row["high"]:
        words = _("Expected were {expected}: so much is ruled out.")
    elif expected < row["low"]:
        words = _("Expected were {expected}: it did more.")
    return words.format(expected=change(expected, unit, currency))


def _evidence(effect: Effect) -> str:
    if effect.evidence == BY_LOT:
        words = ngettext(
            "Compared with {n} customer left alone by lot: the best evidence there is.",
            "Compared with {n} customers left alone by lot: the best evidence there is.",
            effect.others,
        )
        return words.format(n=say.count(effect.others))
    words = ngettext(
        "Compared with {n} other customer who was alike the day before: fair evidence, a lot would be better.",
        "Compared with {n} other customers who were alike the day before: fair evidence, a lot would be better.",
        effect.others,
    )
    part = ""
    if effect.compared < effect.targets:
        told = _("{n} of {targets} targets have somebody alike; the rest are left out.")
        part = told.format(n=say.count(effect.compared), targets=say.count(effect.targets))
    return say.joined(words.format(n=say.count(effect.others)), part)


def money_answer(money: Money, is_shown: bool, currency: str | None = None) -> str:
    """Whether a decision paid.

    Args:
        money: What it brought in all, less what it cost.
        is_shown: Whether the outcome that was named moved; where it did not, no gain is claimed either.
        currency: Of it.
    """
    basis = label(money.basis).lower()
    words = _("In all it brought **{value}** of {basis} ({sure})")
    first = words.format(
        value=change(money.value, "money", currency),
        basis=basis,
        sure=sure({"low": money.low, "high": money.high}, "money", currency),
    )
    if money.cost is None:
        return _("{first}; what it cost was not entered.").format(first=first)
    cost = plain(format_value(money.cost, "money", currency))
    of = _("cost {cost}").format(cost=cost) if money.is_spent else _("budget {cost}").format(cost=cost)
    if is_shown and money.low > money.cost:
        return _("{first}, {of}: **it paid.**").format(first=first, of=of)
    if money.high < money.cost:
        return _("{first}, {of}: **it did not pay.**").format(first=first, of=of)
    return _("{first}, {of}: whether it paid cannot be told.").format(first=first, of=of)


def outlook_answer(
    outlook: Outlook, outcome: str, days: int, expected: float | None, currency: str | None = None
) -> str:
    """What a decision could tell, before it is taken.

    Args:
        outlook: What could be told.
        outcome: By what it would be judged.
        days: How many days would be counted.
        expected: By how much it should move.
        currency: Of money.
    """
    n = ngettext("**{n} customer**", "**{n} customers**", outlook.targets).format(n=say.count(outlook.targets))
    if outlook.left_alone:
        alone = ngettext("{n} is left alone", "{n} are left alone", outlook.left_alone)
        n = _("{targets}; {alone}").format(targets=n, alone=alone.format(n=say.count(outlook.left_alone)))
    if outlook.reason:
        why = _("What it does **could not be told**: {reason}. Leave some alone by lot.")
        few = _("What it does **could not be told**: {reason}.")
        words = few if outlook.reason == "few_targets" else why
        return say.joined(f"{n}.", words.format(reason=label(outlook.reason)))
    smallest, unit = outlook.smallest[outcome], UNITS[outcome]
    if not say.known(smallest):
        return say.joined(
            f"{n}.", _("How large an effect could be seen is not known: too few bought in the days before.")
        )
    seen = _("After {days} an effect of about **{smallest}** or more can be seen, compared with {whom}.").format(
        days=plain(format_value(days, "days")), smallest=change(smallest, unit, currency), whom=label(outlook.evidence)
    )
    small = ""
    if expected is not None and 0 < expected < smallest:
        small = _("What you expect is smaller: take more customers, more days, or leave more alone.")
    return say.joined(f"{n}.", seen, small)


def interval(row: dict[str, Any], unit: str, currency: str | None = None) -> str:
    """An interval in a cell of a table."""
    if unit == "share":
        return _("{low} to {high}").format(low=say.signed_points(row["low"]), high=say.signed_points(row["high"]))
    return format_interval(row["low"], row["high"], unit, currency)
