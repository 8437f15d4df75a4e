"""What was sold, told of lines alone: it needs no customer."""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, label, ngettext, or_unknown, period_label, plain


def sales_answer(frame: pd.DataFrame, grain: str, currency: str | None = None) -> str:
    """Revenue, orders and their mean value, in all and in the last period that is over.

    Args:
        frame: The measure `sales_by_period`.
        grain: Length of a period.
        currency: Of money.
    """
    orders = int(frame["orders"].sum())
    if not orders:
        return say.not_yet(_("no order is worth more than nothing in this scope"))
    value = float((frame["average_order_value"] * frame["orders"]).sum() / orders)
    words = _("**{money}** of revenue from {orders}, **{each}** an order on average.")
    whole = words.format(
        money=say.money(float(frame["revenue"].sum()), currency),
        orders=_orders(orders),
        each=say.money(value, currency),
    )
    over = frame[frame["state"] == "complete"]
    if len(over) < 2:
        return whole
    last = over.iloc[-1]
    words = _("{period}, the last that is over: {money} from {orders}.")
    return say.joined(
        whole,
        words.format(
            period=period_label(last["period"], grain),
            money=say.money(last["revenue"], currency),
            orders=_orders(int(last["orders"])),
        ),
    )


def parts_answer(parts: pd.DataFrame, currency: str | None = None) -> str:
    """Which part of one attribute brings most, and how much the first five bring together.

    Args:
        parts: Rows of the measure `sales_by_part` of one attribute.
        currency: Of money.
    """
    if parts.empty or not say.known(parts["share"].iloc[0]):
        return say.not_yet(_("there is no revenue above zero in this scope"))
    first = parts.iloc[0]
    words = _("**{name}** brings most: {money}, **{share}** of revenue.")
    most = words.format(
        name=plain(or_unknown(first["value"])),
        money=say.money(first["revenue"], currency),
        share=say.share(first["share"]),
    )
    if len(parts) <= 5:
        return most
    words = _("The first five of {attribute} bring {share} together.")
    share = say.share(float(parts["share"].head(5).sum()))
    return say.joined(most, words.format(attribute=plain(label(first["attribute"])).lower(), share=share))


def _orders(n: int) -> str:
    return ngettext("{n} order", "{n} orders", n).format(n=say.count(n))
