"""Who is this customer, what are they worth, and when do they come again?"""

from datetime import date
from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.customer import Profile
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, or_unknown, period_label, plain
from loyalty_metrics.measures.customer import AHEAD, NextOrder


def customer_answer(one: Profile, name: str, currency: str | None = None) -> str:
    """Who the customer is and what they are worth so far, and since when they are away.

    Args:
        one: The customer.
        name: What to call them.
        currency: Of the money.
    """
    if not one.facts["occasions"]:
        return _without_purchase(one, name, currency)
    return say.joined(_worth(one, name, currency), _away(one))


def next_order_of_customer(one: Profile) -> str:
    """When the customer is expected, and what that rests on."""
    if one.next is None:
        return say.not_yet(_("they have not bought anything yet"))
    if one.next.basis is None:
        return _too_few(one)
    return say.joined(_chance(one), _expected(one.next))


def absent_answer(customer: str, as_of: date | None, first: date | None) -> str:
    """Why there is nothing about a customer.

    Args:
        customer: The id that was asked for.
        as_of: The day for which it was asked.
        first: When they first bought, if that was later.
    """
    if first is None:
        return _("There is no customer **{customer}** in this workspace.").format(customer=plain(customer))
    words = _("**{customer}** was not a customer yet on {date}: their first purchase was on **{first}**.")
    return words.format(customer=plain(customer), date=_day(as_of), first=_day(first))


def _worth(one: Profile, name: str, currency: str | None) -> str:
    facts = one.facts
    n = facts["orders"]
    orders = ngettext("{n} order", "{n} orders", n).format(n=say.count(n))
    words = (
        _("**{name}** is in the segment **{segment}**: {orders} worth **{money}** since {first}{margin}.")
        if one.segment
        else _("**{name}** has not bought in the window: {orders} worth **{money}** since {first}{margin}.")
    )
    return words.format(
        name=plain(name),
        segment=plain(label(one.segment or "")),
        orders=orders,
        money=_money(facts["revenue"], currency),
        first=_day(facts["first_on"]),
        margin=_margin(facts, currency),
    )


def _margin(facts: dict[str, Any], currency: str | None) -> str:
    if facts["profit"] is None:
        return ""
    if facts["margin"] is None:
        return _(", of which {money} is profit").format(money=_money(facts["profit"], currency))
    words = _(", of which {money} ({share}) is profit")
    return words.format(money=_money(facts["profit"], currency), share=say.share(facts["margin"]))


def _without_purchase(one: Profile, name: str, currency: str | None) -> str:
    if one.first_later:
        return absent_answer(name, one.as_of, one.first_later)
    revenue = one.facts["revenue"]
    if revenue or one.facts["refunds"]:
        words = _(
            "**{name}** has no purchase that is worth anything after refunds: all orders together come to **{money}**."
        )
        return words.format(name=plain(name), money=_money(revenue, currency))
    return _("**{name}** is on file and has not bought anything yet.").format(name=plain(name))


def _away(one: Profile) -> str:
    away = one.facts["days_away"]
    last = (
        _("They last bought on {date}, **{days} ago**")
        if away
        else _("They last bought on {date}, **the day looked at**")
    )
    words = last.format(date=_day(one.facts["last_on"]), days=_days(away))
    gaps = one.gaps
    if not gaps.count:
        return _("{last}; with a single purchase they have no usual gap.").format(last=words)
    usual = ngettext(
        "their only gap between purchases so far was {usual}",
        "their usual gap is {usual} (median of {n})",
        gaps.count,
    ).format(usual=_days(gaps.usual), n=say.count(gaps.count))
    return f"{words}; {usual}: {_lateness(one)}."


def _lateness(one: Profile) -> str:
    gaps = one.gaps
    verdict = {
        "late": _("**they are late**"),
        "past_usual": _("**past their usual gap**"),
        "early": _("**in time**"),
        None: "",
    }[gaps.standing]
    if gaps.count == 1:
        counted = _("away longer than that") if gaps.shorter else _("not away longer than that")
    elif not gaps.shorter:
        counted = _("away no longer than any of their gaps")
    elif gaps.shorter == gaps.count:
        counted = _("away longer than all {n} of their gaps").format(n=say.count(gaps.count))
    else:
        counted = _("away longer than {shorter} of their {n} gaps").format(
            shorter=say.count(gaps.shorter), n=say.count(gaps.count)
        )
    return f"{verdict}, {counted}" if verdict else counted


def _chance(one: Profile) -> str:
    """What became of others who had been away for as long."""
    found = one.next
    if found is None or found.basis != "peers" or not say.known(found.chance):
        return ""
    words = (
        _("Of {n} customers who had bought once, too, and then stayed away for longer than {away}, **{share}** bought")
        if one.facts["occasions"] == 1
        else _(
            "Of {n} customers with as many purchases who then stayed away for longer than {away}, **{share}** bought"
        )
    )
    sure = say.sure({"low": found.low, "high": found.high}) if say.known(found.low) else ""
    end = _(" again within the next {days} ({sure}).") if sure else _(" again within the next {days}.")
    return words.format(
        n=say.count(found.base), away=_days(one.facts["days_away"]), share=say.share(found.chance)
    ) + end.format(days=_days(AHEAD), sure=sure)


def _expected(found: NextOrder) -> str:
    rests = (
        _("going by their own gaps")
        if found.basis == "own"
        else _("going by customers with as many purchases, not by their own gaps")
    )
    if found.expected is None:
        return _("Fewer than half of them have come back at all, so no date can be named.")
    if found.earliest and found.latest:
        words = _("Expected around **{expected}** (four in five: between {earliest} and {latest}), {rests}.")
    else:
        words = _("Expected around **{expected}** (nine in ten: not before {earliest}), {rests}.")
    return words.format(
        expected=_day(found.expected), earliest=_day(found.earliest), latest=_day(found.latest), rests=rests
    )


def _too_few(one: Profile) -> str:
    n, gaps = (one.next.base if one.next else 0), one.gaps
    own = _own_longer(gaps.count - gaps.shorter) if gaps.count else _("they have no gap of their own")
    others = ngettext(
        "{n} customer with as many purchases was ever watched for longer",
        "{n} customers with as many purchases were ever watched for longer",
        n,
    ).format(n=say.count(n) if n else _("no"))
    return say.not_yet(_("{own}, and {others}").format(own=own, others=others))


def _own_longer(n: int) -> str:
    if not n:
        return _("none of their own gaps was longer than they are away now")
    words = ngettext("only {n} of their own gaps was longer", "only {n} of their own gaps were longer", n)
    return words.format(n=say.count(n))


def bought_answer(bought: pd.DataFrame, attribute: str, currency: str | None = None) -> str:
    """What most of a customer's money goes to, how much of it at a discount, and how much comes back.

    Args:
        bought: The measure `customer_bought`.
        attribute: Category, product, channel or store.
        currency: Of the money.
    """
    rows = bought[bought["attribute"] == attribute]
    sold = float(rows["sold"].sum())
    if sold <= 0:
        return say.not_yet(_("nothing was sold to them"))
    best = rows.iloc[int(rows["sold"].astype("float64").argmax())]
    words = ngettext(
        "**{share}** of their money went to **{name}** ({money}, {n} order).",
        "**{share}** of their money went to **{name}** ({money}, {n} orders).",
        int(best["orders"]),
    )
    first = words.format(
        share=say.share(best["money_share"]),
        name=plain(or_unknown(best["name"])),
        money=_money(best["sold"], currency),
        n=say.count(best["orders"]),
    )
    return say.joined(first, _discounts(rows, sold), _returns(rows, sold, currency))


def _discounts(rows: pd.DataFrame, sold: float) -> str:
    if rows["discount"].isna().any():
        return ""
    discount = float(rows["discount"].sum())
    if not discount:
        return _("They never had a discount.")
    return _("{share} of the full price came off as discount.").format(share=say.share(discount / (sold + discount)))


def _returns(rows: pd.DataFrame, sold: float, currency: str | None) -> str:
    returned = float(rows["taken_back"].sum())
    if not returned:
        return _("Nothing came back.")
    words = _("{money} came back, {share} of what was sold.")
    return words.format(money=_money(returned, currency), share=say.share(returned / sold))


def gap_range(one: Profile) -> str:
    """Between which lengths the middle half of the customer's gaps lies."""
    if one.gaps.count < 2:
        return ""
    return plain(format_interval(one.gaps.low, one.gaps.high, "days"))


def _day(day: date | None) -> str:
    return plain(period_label(day, "day"))


def _days(days: Any) -> str:
    return plain(format_value(days, "days"))


def _money(amount: Any, currency: str | None) -> str:
    """Of one customer every unit of money counts."""
    return plain(format_value(amount, "money", currency))
