"""The weekly review in sentences: how we are doing, what changed beyond noise, and why."""

from loyalty_metrics import sentences as say
from loyalty_metrics.answers.changes import SMALL
from loyalty_metrics.held_reviews import Restated
from loyalty_metrics.language import _, format_value, label, ngettext, or_unknown, period_label, plain
from loyalty_metrics.review_shape import COUNT, EVERYBODY, MONEY, SHARE, Finding, Headline, Part, Review
from loyalty_metrics.stats.weeks import BASE, FEWEST
from loyalty_metrics.why import OTHERS

MOST = 0.5
"""A part is named as the reason where it brought at least this much of a change."""

NAMED = 3
"""Findings that the answer names; the page lists them all."""

BEYOND = 0.15
"""And so much more of it than its share of the whole: that the largest part brings most is no reason."""


def review_answer(review: Review) -> str:
    """How we are doing and what changed, in two or three sentences.

    Args:
        review: The review.
    """
    if review.week is None:
        return say.not_yet(_("no week with customers is over"))
    nothing = review.looked_at and not review.findings
    return say.joined(_how(review), _("Nothing changed beyond noise.") if nothing else what_changed(review))


def _how(review: Review) -> str:
    revenue, customers = review.headlines[:2]
    words = _("**{money}** of revenue from {customers} in {week}{against}.")
    return words.format(
        money=say.money(revenue.value, review.currency),
        customers=_customers(customers.value),
        week=_week(review.week),
        against=_against(revenue),
    )


def _customers(n: float | None) -> str:
    return ngettext("{n} customer", "{n} customers", n or 0).format(n=say.count(n))


def _against(one: Headline) -> str:
    """The change against the week before and a year before."""
    told = []
    if one.value is not None and one.last_week:
        told.append(_("{change} than the week before").format(change=_more(one.value / one.last_week - 1)))
    if one.value is not None and one.last_year:
        told.append(_("{change} than a year before").format(change=_more(one.value / one.last_year - 1)))
    return "".join(f", {part}" for part in told)


def _more(part: float) -> str:
    return say.plain_change(part)


def what_changed(review: Review) -> str:
    """How many things changed beyond noise, of how many looked at; or why that cannot be told.

    Args:
        review: The review.
    """
    if not review.looked_at:
        words = _("What changed beyond noise cannot be told yet: it takes {n} complete weeks, and {known} are known.")
        return words.format(n=BASE + FEWEST + 1, known=say.count(review.weeks_known))
    if not review.findings:
        words = _(
            "Nothing changed beyond noise: all {n} figures looked at are within what earlier weeks lead to expect."
        )
        return words.format(n=say.count(review.looked_at))
    n = len(review.findings)
    words = ngettext("**{n} thing changed beyond noise**: {what}.", "**{n} things changed beyond noise**: {what}.", n)
    named = list(dict.fromkeys(what_of(finding) for finding in review.findings))
    what = "; ".join([*named[:NAMED], *([_("and more")] if len(named) > NAMED else [])])
    return words.format(n=say.count(n), what=what)


def looked_at_note(review: Review) -> str:
    """How many figures were looked at, and how often a review of nothing true shows a finding.

    Args:
        review: The review.
    """
    words = _(
        "{n} figures were looked at. All findings are corrected for that: of weeks in which nothing truly changes, at"
        " most {rate} show one."
    )
    return words.format(n=say.count(review.looked_at), rate=say.share(review.rate))


def finding_sentence(finding: Finding, currency: str | None = None) -> str:
    """A finding in one sentence: what, by how much, with its interval, and what is at stake.

    Args:
        finding: The finding.
        currency: Of money.
    """
    told = _share_sentence(finding) if finding.unit == SHARE else _sum_sentence(finding, currency)
    season = (
        ""
        if finding.by_season
        else _("Too little is known of the year before to allow for the season, which may be part of it.")
    )
    return say.joined(told, _stake(finding, currency), season)


def _sum_sentence(finding: Finding, currency: str | None) -> str:
    more = finding.change > 0
    part = f" ({share})" if (share := _part_of(finding)) else ""
    if finding.unit == MONEY:
        words = _(
            "**{what} was {size}{part} above what was to be expected** {when}: {seen} against {expected} ({sure})."
        )
        fewer = _(
            "**{what} was {size}{part} below what was to be expected** {when}: {seen} against {expected} ({sure})."
        )
    else:
        words = _("**{what}: {size}{part} more than was to be expected** {when}: {seen} against {expected} ({sure}).")
        fewer = _("**{what}: {size}{part} fewer than was to be expected** {when}: {seen} against {expected} ({sure}).")
    return (words if more else fewer).format(
        what=what_of(finding),
        size=_figure(abs(finding.change), finding.unit, currency),
        part=part,
        when=_when(finding),
        seen=_figure(finding.seen, finding.unit, currency),
        expected=_figure(finding.expected, finding.unit, currency),
        sure=_sure(finding, currency),
    )


def _part_of(finding: Finding) -> str:
    return say.share(abs(finding.change) / finding.expected) if finding.expected > 0 else ""


def _share_sentence(finding: Finding) -> str:
    words = {
        "back_in_28_days": _(
            "**{part}{seen} of the {n} customers who first bought {when} came back within 28 days**, against {expected}"
            " in the year before ({sure})."
        ),
        "closed_in_time": _(
            "**{part}{seen} of the {n} complaints received {when} were closed within 14 days**, against {expected}"
            " in the year before ({sure})."
        ),
    }
    part = (
        "" if finding.attribute == EVERYBODY else _("{name}: ").format(name=part_name(finding.attribute, finding.value))
    )
    return words[finding.measure].format(
        part=part,
        seen=say.share(finding.seen),
        n=say.count(finding.of),
        when=_when(finding),
        expected=say.share(finding.expected),
        sure=say.sure_points(finding.low, finding.high),
    )


def what_of(finding: Finding) -> str:
    """What a finding is of: `Revenue`, or `Revenue, Store Riverside`."""
    name = plain(label(finding.measure))
    if finding.attribute == EVERYBODY:
        return name
    return _("{measure}, {part}").format(measure=name, part=part_name(finding.attribute, finding.value))


def part_name(attribute: str, value: str, bare: bool = False) -> str:
    """A part of the business as people call it; names of stores and the like are the user's own.

    Args:
        attribute: What the business is split by.
        value: The part; '' not known.
        bare: Without the name of the attribute, where that is told beside it.
    """
    is_ours = attribute in ("tenure", "driver") or (attribute, value) == ("product", OTHERS)
    name = label(value) if is_ours else or_unknown(value)
    if bare or attribute == "driver":
        return plain(name)
    return plain(_("{attribute} {value}").format(attribute=label(attribute), value=name))


def _stake(finding: Finding, currency: str | None) -> str:
    if finding.measure == "revenue" or finding.at_stake is None:
        return ""
    words = _("At stake in a year: about {money}.")
    return words.format(money=say.money(abs(finding.at_stake), currency))


def why_sentence(finding: Finding, currency: str | None = None) -> str:
    """Why, as far as parts tell it; empty where no part brought most of it.

    Args:
        finding: A finding of everybody.
        currency: Of money.
    """
    if finding.unit == SHARE:
        return say.joined(_mix(finding), _where(finding))
    return say.joined(_drivers(finding, currency), _where(finding))


def _drivers(finding: Finding, currency: str | None) -> str:
    parts = {part.value: part.change for part in finding.parts if part.attribute == "driver"}
    if not parts:
        return ""
    words = _("How many customers bought brought {customers}, orders of each {each}, the value of an order {value}.")
    told = {name: _signed(change, MONEY, currency) for name, change in parts.items()}
    return words.format(customers=told["customers"], each=told["orders_each"], value=told["order_value"])


def _mix(finding: Finding) -> str:
    """By the attribute whose mix moved most: other people, or people who behave otherwise."""
    by: dict[str, list[Part]] = {}
    for part in finding.parts:
        by.setdefault(part.attribute, []).append(part)
    if not by:
        return ""
    attribute, parts = max(by.items(), key=lambda each: abs(sum(part.mix for part in each[1])))
    mix, rate = sum(part.mix for part in parts), sum(part.change for part in parts)
    if abs(mix) <= SMALL * abs(finding.change):
        return _("It is not that others came: within the same groups behaviour changed.")
    words = _("Another mix by “{attribute}” brought {mix} points of it, other behaviour within the groups {rate}.")
    return words.format(attribute=plain(label(attribute)), mix=say.signed_points(mix), rate=say.signed_points(rate))


def _where(finding: Finding) -> str:
    """The parts that brought most of it: of each attribute the largest, where it brought at least half."""
    found = []
    for attribute in dict.fromkeys(part.attribute for part in finding.parts if part.attribute != "driver"):
        largest = next(part for part in finding.parts if part.attribute == attribute)
        brought = largest.change + largest.mix
        if finding.change and brought / finding.change >= max(MOST, largest.weight + BEYOND):
            share = say.share(min(1.0, brought / finding.change))
            found.append(_("{part} ({share} of it)").format(part=part_name(attribute, largest.value), share=share))
    return _("Where it happened most: {parts}.").format(parts=", ".join(found)) if found else ""


def folded_sentence(finding: Finding, currency: str | None = None) -> str:
    """A finding that stands under a wider one, in a line."""
    words = _("{what} {when}: {seen}, to be expected {expected}")
    return words.format(
        what=what_of(finding),
        when=_when(finding),
        seen=_figure(finding.seen, finding.unit, currency),
        expected=_figure(finding.expected, finding.unit, currency),
    )


def restated_sentence(moved: Restated, unit: str, currency: str | None = None) -> str:
    """A figure that is another than when the review was held, and the reason."""
    reasons = [plain(label(one.change).format(file=one.file)) for one in moved.reasons]
    why = ", ".join(dict.fromkeys(reasons)) or _(
        "no import or undo names it; rules or the lapse window are others by now"
    )
    words = _("{measure} was told as {then} and is {now} by now: {why}.")
    return words.format(
        measure=plain(label(moved.measure)),
        then=_figure(moved.then, unit, currency),
        now=_figure(moved.now, unit, currency),
        why=why,
    )


def _when(finding: Finding) -> str:
    week = _week(finding.week)
    if finding.weeks == 1:
        return _("in {week}").format(week=week)
    return _("in the {n} weeks up to {week}").format(n=finding.weeks, week=week)


def _week(day: object) -> str:
    return plain(period_label(day, "week"))


def _figure(value: float | None, unit: str, currency: str | None) -> str:
    return plain(
        format_value(None if value is None else round(value) if unit == COUNT else value, unit, currency, compact=True)
    )


def _signed(value: float, unit: str, currency: str | None) -> str:
    return ("+" if value > 0 else "−") + _figure(abs(value), unit, currency)


def _sure(finding: Finding, currency: str | None) -> str:
    """The interval of the change, in words."""
    ends = {"low": _signed(finding.low, finding.unit, currency), "high": _signed(finding.high, finding.unit, currency)}
    return _("95% sure: between {low} and {high}").format(**ends)
