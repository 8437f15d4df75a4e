"""The state of the business in three sentences."""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, period_label, plain


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
    words = _("In {period}, {came} customers came or came back and {left} lapsed: {change}.")
    return words.format(
        period=plain(period_label(last["period"], grain)),
        came=say.count(came),
        left=say.count(left),
        change=say.more_or_fewer(came - left),
    )
