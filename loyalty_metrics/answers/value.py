"""What is the customer base worth, why did that move, and how far can such a forecast be trusted?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, period_label, plain
from loyalty_metrics.measures.base_value import BEFORE, NOW, REASONS
from loyalty_metrics.measures.outlook import TOLD

LINKED = 0.3
"""A rank correlation of frequency and spend beyond this is no longer small."""

CALLS = 20
"""Customers that somebody calls in a week or so."""


def worth_answer(parts: pd.DataFrame, money: pd.DataFrame, currency: str | None = None) -> str:
    """What the customers will bring, how sure that is, and why it moved.

    Args:
        parts: The measure `base_value`.
        money: The measure `money_backtest`.
        currency: Of the value.
    """
    if parts.empty:
        return say.not_yet(_("nobody has bought yet"))
    now = _row(parts, NOW)
    if not say.known(now["value"]):
        return say.not_yet(_("no customer has come back yet, so nothing can be learnt of how often they do"))
    words = ngettext(
        "Your **{n} customer** will bring about **{value}** of {basis} in the next {days}",
        "Your **{n} customers** will bring about **{value}** of {basis} in the next {days}",
        int(now["customers"]),
    )
    first = words.format(
        n=say.count(now["customers"]),
        value=say.money(now["value"], currency),
        basis=label(str(now["basis"])).lower(),
        days=plain(format_value(now["horizon"], "days")),
    )
    return say.joined(first + _range(now, money, currency), _moved(parts, currency))


def _range(now: dict[str, Any], money: pd.DataFrame, currency: str | None) -> str:
    """The wider of what the models leave open and how far off such a forecast of money was, and which it is."""
    if not say.known(now["low"]):
        return _(", if they go on as so far.")
    low, high = now["low"], now["high"]
    by_past = _by_past(now["value"], money)
    if by_past and by_past[0] < low and by_past[1] > high:
        days = plain(format_value(money["days_ahead"].iloc[0], "days"))
        words = _(": {interval}, for the same forecast of money made {days} ago was {error}.")
        told = plain(format_interval(*by_past, "money", currency, compact=True))
        return words.format(interval=told, days=days, error=too_much(float(money["error"].iloc[0])))
    told = plain(format_interval(low, high, "money", currency, compact=True))
    return _(" ({interval}).").format(interval=told)


def _by_past(value: float, money: pd.DataFrame) -> tuple[float, float] | None:
    """How far a value may be off, up as well as down, if as far as the same forecast of money was; by its ratio."""
    if money.empty or not say.known(money["error"].iloc[0]) or not money["error"].iloc[0] > -1:
        return None
    ratio = 1 + float(money["error"].iloc[0])
    ratio = max(ratio, 1 / ratio)
    return value / ratio, value * ratio


def too_much(error: float) -> str:
    """How far a forecast was off, in words."""
    if abs(error) < 0.005:
        return _("right to a hundredth")
    words = _("{share} too high") if error > 0 else _("{share} too low")
    return words.format(share=say.share(abs(error)))


def _error(backtest: pd.DataFrame) -> float | None:
    if backtest.empty or not say.known(backtest["error"].iloc[0]) or say.known(backtest["reason"].iloc[0]):
        return None
    return float(backtest["error"].iloc[0])


def _moved(parts: pd.DataFrame, currency: str | None) -> str:
    before, now = _row(parts, BEFORE), _row(parts, NOW)
    if not before["customers"] or not say.known(before["value"]):
        return ""
    change = now["value"] - before["value"]
    words = (
        _("That is **{amount} more** than on {day}") if change >= 0 else _("That is **{amount} less** than on {day}")
    )
    day = plain(period_label(before["on_day"], "day"))
    told = words.format(amount=say.money(abs(change), currency), day=day)
    reasons = parts[parts["part"].isin(REASONS) & (parts["value"].abs() > 0)]
    if reasons.empty:
        return f"{told}."
    by_size = reasons.sort_values("value", key=lambda value: -value.abs(), kind="stable")
    listed = ", ".join(_reason(row, currency) for row in by_size.to_dict("records"))
    return _("{change}: {reasons}.").format(change=told, reasons=listed)


def _reason(row: dict[Any, Any], currency: str | None) -> str:
    sign = "+" if row["value"] >= 0 else "−"
    return f"{label(str(row['part'])).lower()} {sign}{say.money(abs(row['value']), currency)}"


def terms_note(parts: pd.DataFrame, margin_share: float | None = None) -> list[str]:
    """What the value is counted in, and what the reader should know of the models: sentences for a caption."""
    if parts.empty:
        return []
    now = _row(parts, NOW)
    part = now["cost_known"] if say.known(now["cost_known"]) else 0.0
    known = say.share(part)
    if now["basis"] == "margin":
        share = say.share(margin_share) if say.known(margin_share) else ""
        words = _("Margin: {share} of revenue, over all purchases whose cost is known ({known} of revenue).")
        told = [words.format(share=share, known=known)]
    else:
        words = _("Revenue, not margin: the cost of only {known} of it is known.")
        told = [words.format(known=known) if part else _("Revenue, not margin: no costs are known.")]
    if now["discount"]:
        words = _("Later money counts for less: {percent}% a year is taken off.")
        told.append(words.format(percent=plain(format_value(now["discount"], "number"))))
    if "NegativeBinomial" in now["model"]:
        told.append(_("In this data nobody seems to leave yet, so all are taken to stay: the forecast may be high."))
    told += [_stand_in(now), _link(now)]
    return [text for text in told if text]


def _stand_in(now: dict[str, Any]) -> str:
    words = {
        "rate_so_far": _("A plain estimate: every customer goes on at the rate so far. No model fits: {reason}"),
        "plain_spend": _("Spend an order is the mean so far: its model could not be fitted. {reason}"),
    }.get(now["method"])
    return words.format(reason=plain(_(str(now["reason"])))) if words else ""


def _link(now: dict[str, Any]) -> str:
    """Whether frequent customers spend more an order, which the models take not to be so."""
    value = now["spend_link"]
    if not say.known(value) or now["method"] != "model":
        return ""
    ends = plain(format_interval(now["spend_link_low"], now["spend_link_high"], "number"))
    figure = plain(format_value(round(float(value), 2), "number"))
    if abs(value) <= LINKED:
        words = _(
            "How often customers come tells little of what they spend an order (rank correlation {figure}, {interval}),"
            " as the models need it."
        )
    elif value > 0:
        words = _(
            "Mind: frequent customers spend more an order (rank correlation {figure}, {interval}); the models take the"
            " two apart, so the best customers are worth somewhat more than told."
        )
    else:
        words = _(
            "Mind: frequent customers spend less an order (rank correlation {figure}, {interval}); the models take the"
            " two apart, so the best customers are worth somewhat less than told."
        )
    return words.format(figure=figure, interval=ends)


def group_value_answer(groups: pd.DataFrame, currency: str | None = None) -> str:
    """Which group holds most of the value, and where a customer is worth most.

    Args:
        groups: Rows of the measure `value_by_group` with one attribute.
        currency: Of the value.
    """
    known = groups[(groups["customers"] > 0) & groups["value_share"].notna()]
    if len(known) < 2:
        return _("All customers are in one group, or how is not known.")
    most = known.sort_values("value", kind="stable").iloc[-1]
    words = _("**{share}** of the value lies with “{most}”: {n}.")
    n = ngettext("{n} customer", "{n} customers", int(most["customers"])).format(n=say.count(most["customers"]))
    first = words.format(share=say.share(most["value_share"]), most=plain(say.group_name(most)), n=n)
    sure = known[(known["customers"] >= 30) & known["mean_low"].notna()]
    if len(sure) < 2:
        return first
    best = sure.sort_values("mean_value", kind="stable").iloc[-1]
    each = _("One of “{best}” is worth most: {value} ({interval}).")
    interval = plain(format_interval(best["mean_low"], best["mean_high"], "money", currency))
    return say.joined(
        first,
        each.format(
            best=plain(say.group_name(best)),
            value=plain(format_value(best["mean_value"], "money", currency)),
            interval=interval,
        ),
    )


def expected_orders_answer(
    expected: pd.DataFrame, backtest: pd.DataFrame, money: pd.DataFrame, currency: str | None = None
) -> str:
    """How many orders to expect of today's customers.

    Args:
        expected: The measure `expected_orders`.
        backtest: The measure `value_backtest`.
        money: The measure `money_backtest`.
        currency: Of the value.
    """
    if expected.empty:
        return say.not_yet(_("no customer has come back yet, so nothing can be learnt of how often they do"))
    soon, year = (expected[expected["weeks"] == weeks].iloc[0] for weeks in (TOLD[0], TOLD[-1]))
    words = _(
        "Today's customers will place about **{soon} orders in the next {weeks} weeks**{soon_range} and {year} within a"
        " year{year_range}, worth {value} of {basis}{value_range}. **Orders of customers still to be won come on top.**"
    )
    told = words.format(
        soon=say.count(soon["orders"]),
        weeks=TOLD[0],
        soon_range=_likely(soon),
        year=say.count(year["orders"]),
        year_range=_likely(year),
        value=say.money(year["value"], currency),
        basis=label(str(year["basis"])).lower(),
        value_range=_money_range(year["value"], money, currency),
    )
    error = _error(backtest)
    if error is None:
        return told
    past = _("The ranges hold if the model does: made {days} ago, its forecast was {error}.")
    days = plain(format_value(backtest["days_ahead"].iloc[0], "days"))
    return say.joined(told, past.format(days=days, error=too_much(error)))


def _money_range(value: float, money: pd.DataFrame, currency: str | None) -> str:
    by_past = _by_past(value, money)
    return f" ({plain(format_interval(*by_past, 'money', currency, compact=True))})" if by_past else ""


def _likely(row: pd.Series) -> str:
    if not say.known(row["likely_low"]):
        return ""
    return f" ({plain(format_interval(row['likely_low'], row['likely_high'], 'count'))})"


def backtest_answer(backtest: pd.DataFrame, money: pd.DataFrame, currency: str | None = None) -> str:
    """How far off the same forecast would have been, of orders and of money, and whether it beat the rule of thumb.

    Args:
        backtest: The measure `value_backtest`.
        money: The measure `money_backtest`.
        currency: Of the money.
    """
    if backtest.empty:
        return say.not_yet(_("the data is too short to hold a part of it back"))
    row = {str(name): value for name, value in backtest.iloc[0].items()}
    if say.known(row["reason"]) or not say.known(row["error"]):
        return say.not_yet(_("no model could be fitted to what was known then"))
    n = row["customers"]
    words = _(
        "Made {days} ago, the forecast would have been **{error}**: {expected} orders foretold of the {n} customers of"
        " then, {actual} came."
    )
    first = words.format(
        days=plain(format_value(row["days_ahead"], "days")),
        error=too_much(float(row["error"])),
        expected=say.count(n * row["expected"]),
        n=say.count(n),
        actual=say.count(n * row["actual"]),
    )
    first = say.joined(first, _money_told(money, currency))
    if not say.known(row["mean_miss"]):
        return first
    miss = {name: plain(format_value(row[name], "number")) for name in ("mean_miss", "naive_miss")}
    beats = _(
        "For one customer it missed by {mean_miss} orders on average; letting everybody go on at the rate so far, by"
        " {naive_miss}."
    )
    verdict = (
        _("**It beats that rule of thumb.**")
        if row["mean_miss"] < row["naive_miss"]
        else _("**It does not beat that rule of thumb**: take its figures for single customers with care.")
    )
    return say.joined(first, beats.format(**miss), verdict)


def _money_told(money: pd.DataFrame, currency: str | None) -> str:
    if money.empty or not say.known(money["error"].iloc[0]):
        return ""
    row = money.iloc[0]
    words = _("In money it would have been **{error}**: {expected} foretold, {actual} came.")
    return words.format(
        error=too_much(float(row["error"])),
        expected=say.money(row["expected"], currency),
        actual=say.money(row["actual"], currency),
    )


def scoreboard_answer(scores: pd.DataFrame) -> str:
    """How many published forecasts came as foretold so far.

    Args:
        scores: `loyalty_metrics.scoreboard.scores`.
    """
    judged = scores[scores["verdict"].isin(["within", "above", "below"])]
    if judged.empty:
        return _("None can be judged yet: no day has passed in the data, or they have no range.")
    within = int((judged["verdict"] == "within").sum())
    words = _("**{within} of {n}** came as foretold so far, {above} brought more orders, {below} fewer.")
    told = words.format(
        within=say.count(within),
        n=say.count(len(judged)),
        above=say.count((judged["verdict"] == "above").sum()),
        below=say.count((judged["verdict"] == "below").sum()),
    )
    if within >= len(judged) / 2:
        return told
    return say.joined(told, _("Take the ranges as too narrow: something moves orders that the model does not see."))


def call_answer(calls: pd.DataFrame, currency: str | None = None) -> str:
    """Who is worth the call, and how much is at stake.

    Args:
        calls: The measure `worth_the_call`.
        currency: Of the value.
    """
    n = len(calls)
    if not n:
        return _("**Nobody** among the most valuable fifth has clearly gone quiet since.")
    total = float(calls["at_stake"].sum())
    words = ngettext(
        "**{n} customer** of the most valuable fifth has gone quiet: **{value}** is at stake.",
        "**{n} customers** of the most valuable fifth have gone quiet: **{value}** is at stake.",
        n,
    )
    first = words.format(n=say.count(n), value=say.money(total, currency))
    advice = _("**Call them, in this order**, and ask what is missing; do not begin with a discount.")
    if n <= CALLS:
        return say.joined(first, advice)
    share = say.share(calls["at_stake"].head(CALLS).sum() / total)
    top = _("The first {n} hold {share} of it.").format(n=CALLS, share=share)
    return say.joined(first, top, advice)


def _row(parts: pd.DataFrame, name: str) -> dict[str, Any]:
    return {str(column): value for column, value in parts[parts["part"] == name].iloc[0].items()}
