"""The manager's sentence for each page: the number, how sure it is, how it changed, and what to do.

Sentences are markdown: the number that matters is bold and values are escaped. `language.without_markup` gives bare
text for reports. What cannot be told yet is said so, with the reason.
"""

from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, label, ngettext, period_label, plain

RECENT = 6
"""Cohorts compared with as many before them."""

HARD_TO_REPLACE = ("Cannot lose", "At risk")
FEW_BUYERS = 30
"""Below so many customers a share says little about the next ones."""


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


def repeat_answer(repeat_frame: pd.DataFrame) -> str:
    """How many customers buy more than once, and how soon.

    Args:
        repeat_frame: The measure `repeat_purchase_rate`.
    """
    figures = say.by_figure(repeat_frame)
    rate = figures.get("repeat_rate")
    if rate is None or not say.known(rate["value"]):
        return say.not_yet(_("nobody has bought in this scope"))
    words = _("**{share}** of customers have bought more than once ({interval}; {repeaters} of {customers}).")
    first = words.format(
        share=say.share(rate["value"]),
        interval=say.sure(rate),
        repeaters=say.count(rate["numerator"]),
        customers=say.count(rate["denominator"]),
    )
    caution = _("That is too few customers to lean on.") if rate["denominator"] < FEW_BUYERS else ""
    return say.joined(first, caution, _equal_age(figures), _when_to_remind(figures))


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


def segments_answer(segments: pd.DataFrame, currency: str | None = None) -> str:
    """Who brings the money, and which good customers are slipping away.

    Args:
        segments: The measure `rfm_segments`.
        currency: Of the revenue.
    """
    held = segments[segments["customers"] > 0]
    if held.empty:
        return say.not_yet(_("nobody has bought in this scope"))
    best = held.iloc[int(held["revenue"].astype("float64").argmax())]
    words = _("**{segment}**: {customers} of customers bring **{revenue}** of revenue.")
    first = words.format(
        segment=plain(label(str(best["segment"]))),
        customers=say.share(best["customer_share"]),
        revenue=say.share(best["revenue_share"]),
    )
    slipping = held[held["segment"].isin(HARD_TO_REPLACE)]
    n, money = int(slipping["customers"].sum()), float(slipping["revenue"].sum())
    if not n:
        return say.joined(first, _("No good customer is overdue."))
    words = ngettext(
        "Act on **{n}** good customer who has not come for long: worth {money} so far.",
        "Act on **{n}** good customers who have not come for long ({segments}): worth {money} so far.",
        n,
    )
    names = ", ".join(plain(label(name)) for name in slipping["segment"])
    return say.joined(first, words.format(n=say.count(n), segments=names, money=say.money(money, currency)))


def pareto_answer(summary: pd.DataFrame, value: str = "revenue", currency: str | None = None) -> str:
    """Whether 80% comes from 20% here.

    Args:
        summary: The measure `pareto_summary`.
        value: What is added up: revenue, profit, orders or units.
        currency: Of money.
    """
    figures = say.by_figure(summary)
    top, carriers = figures.get("top_share"), figures.get("carriers_share")
    if top is None or not say.known(top["value"]):
        return say.not_yet(_pareto_reason(figures))
    words = _("The best 20% of customers bring **{share}** of {value} ({interval}).")
    first = words.format(share=say.share(top["value"]), value=plain(label(value)).lower(), interval=say.sure(top))
    second = ""
    if carriers is not None and say.known(carriers["value"]):
        people = _("80% comes from {share} of customers: {n} of {all}.")
        second = people.format(
            share=say.share(carriers["value"]),
            n=say.count(np.ceil(carriers["numerator"])),
            all=say.count(carriers["denominator"]),
        )
    return say.joined(first, _eighty_twenty(top), second, _unknown_value(figures, value, currency))


def overview_answer(
    revenue: pd.DataFrame,
    repeat: pd.DataFrame,
    flow: pd.DataFrame,
    currency: str | None = None,
    grain: str = "month",
) -> str:
    """The state of the business in three sentences: money, loyalty, balance of customers.

    Args:
        revenue: The measure `revenue_by_period`.
        repeat: The measure `repeat_purchase_rate`.
        flow: The measure `customer_flow`.
        currency: Of the revenue.
        grain: Length of a period.
    """
    over = revenue[revenue["state"] == "complete"]
    rate = say.by_figure(repeat).get("repeat_rate")
    if rate is None or not say.known(rate["value"]) or over.empty:
        return say.not_yet(_("no period with customers is over"))
    loyal = _("**{share}** of all customers have bought more than once ({interval}).")
    loyalty = loyal.format(share=say.share(rate["value"]), interval=say.sure(rate))
    return say.joined(_money_sentence(over, currency, grain), loyalty, _balance(flow, grain))


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


def _equal_age(figures: dict[str, dict[str, Any]]) -> str:
    row = figures.get("repeat_within_90")
    if row is None or not say.known(row["value"]):
        return _("How many return within 90 days cannot be told yet: nobody is a customer for that long.")
    words = _("Within 90 days of their first purchase {share} do ({interval}).")
    return words.format(share=say.share(row["value"]), interval=say.sure(row))


def _when_to_remind(figures: dict[str, dict[str, Any]]) -> str:
    row = figures.get("days_between")
    if row is None or not say.known(row["value"]):
        return ""
    words = _("Half of those who return do so every {days} or sooner: whoever is later than that is worth a reminder.")
    return words.format(days=plain(format_value(round(row["value"]), "days")))


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


def _eighty_twenty(top: dict[str, Any]) -> str:
    """The verdict on 80/20, by where the interval lies."""
    if not say.known(top["low"]) or not say.known(top["high"]):
        return _("Whether 80/20 holds cannot be told yet: there are too few customers for an interval.")
    if top["low"] <= 0.8 <= top["high"]:
        return _("The 80/20 rule holds here: care for these customers first.")
    if top["high"] < 0.8:
        return _("The 80/20 rule does not hold here: value is spread more evenly, so the middle deserves care too.")
    return _("More than 80/20: a few customers carry the business, and losing one of them hurts.")


def _pareto_reason(figures: dict[str, dict[str, Any]]) -> str:
    unknown = figures.get("unknown_value", {}).get("value", 0)
    if say.known(unknown) and unknown > 0:
        return _("what customers are worth is not known, for instance because costs are missing")
    return _("there is no value above zero to share out")


def _unknown_value(figures: dict[str, dict[str, Any]], value: str, currency: str | None) -> str:
    unknown = figures.get("unknown_value", {}).get("value", 0)
    total = figures.get("total", {}).get("value")
    words = ngettext(
        "{n} customer of unknown value is left out of the total of {total}.",
        "{n} customers of unknown value are left out of the total of {total}.",
        unknown if say.known(unknown) else 0,
    )
    if not say.known(unknown) or not unknown:
        return ""
    in_money = value in ("revenue", "profit")
    return words.format(n=say.count(unknown), total=say.money(total, currency) if in_money else say.count(total))


def _money_sentence(over: pd.DataFrame, currency: str | None, grain: str) -> str:
    last = over.iloc[-1]
    words = _("**{money}** of revenue in {period}").format(
        money=say.money(last["revenue"], currency), period=plain(period_label(last["period"], grain))
    )
    change = ""
    if len(over) > 1 and float(over["revenue"].iloc[-2]) > 0:
        ratio = float(last["revenue"]) / float(over["revenue"].iloc[-2]) - 1
        text = _(", {share} more than the period before") if ratio >= 0 else _(", {share} less than the period before")
        change = text.format(share=say.share(abs(ratio)))
    returning = ""
    if float(last["revenue"]) > 0 and float(last["returning_revenue"]) >= 0 and float(last["new_revenue"]) >= 0:
        share = float(last["returning_revenue"]) / float(last["revenue"])
        returning = _("; returning customers brought {share} of it").format(share=say.share(share))
    return f"{words}{change}{returning}."


def _balance(flow: pd.DataFrame, grain: str) -> str:
    over = flow[flow["state"] == "complete"]
    if over.empty:
        return ""
    last = over.iloc[-1]
    came, left = int(last["new"] + last["reactivated"]), int(last["lapsed"])
    words = _("In {period}, {came} customers came or came back and {left} stopped buying: {change}.")
    return words.format(
        period=plain(period_label(last["period"], grain)),
        came=say.count(came),
        left=say.count(left),
        change=say.more_or_fewer(came - left),
    )
