"""What a rule watches and what it found, in a sentence; nothing about single customers."""

from loyalty_metrics import sentences as say
from loyalty_metrics.alerts import ABOVE, UNUSUAL, Alert, Rule
from loyalty_metrics.card import Card
from loyalty_metrics.language import _, format_value, label, period_label, plain


def rule_words(rule: Rule, card: Card | None, currency: str | None = None) -> str:
    """What a rule watches.

    Args:
        rule: The rule.
        card: Of the measure, for limits.
        currency: Of money.
    """
    if rule.kind == UNUSUAL:
        assert rule.rate
        words = _("Unusual weeks of {what}; one false alarm in about {n} weeks")
        return words.format(what=label(rule.measure), n=say.count(round(1 / rule.rate)))
    what = _figure_words(rule, card)
    limit = plain(format_value(rule.limit, rule.unit, currency))
    words = _("{what} above {limit}") if rule.kind == ABOVE else _("{what} below {limit}")
    return words.format(what=what, limit=limit)


def alert_words(alert: Alert, card: Card | None, currency: str | None = None) -> str:
    """What was found.

    Args:
        alert: The alert.
        card: Of the rule's measure, for limits.
        currency: Of money.
    """
    rule = alert.rule
    day = plain(period_label(alert.about, "day"))
    if rule.kind == UNUSUAL:
        both = (alert.value, alert.expected)
        seen, expected = (plain(format_value(value, rule.unit, currency, compact=True)) for value in both)
        words = _("**{what}** in the week from {day}: **{seen}**, where about {expected} were to be expected.")
        told = words.format(what=label(rule.measure), day=day, seen=seen, expected=expected)
        assert alert.chance is not None
        n = say.count(min(round(1 / max(alert.chance, 1e-6)), 10_000))
        return say.joined(told, _("Chance makes such a difference about once in {n} weeks.").format(n=n))
    seen, limit = (plain(format_value(value, rule.unit, currency)) for value in (alert.value, alert.expected))
    words = (
        _("**{what}** on {day}: **{seen}**, above the limit of {limit}.")
        if rule.kind == ABOVE
        else _("**{what}** on {day}: **{seen}**, below the limit of {limit}.")
    )
    return words.format(what=_figure_words(rule, card), day=day, seen=seen, limit=limit)


def _figure_words(rule: Rule, card: Card | None) -> str:
    title = _(card.title) if card else rule.measure
    row = ", ".join(label(part.partition("=")[2]) for part in rule.row.split(",") if "=" in part)
    return plain(" · ".join(part for part in (title, row, label(rule.column) if not row else "") if part))
