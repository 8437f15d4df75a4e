"""Who buys again, how well that is foretold, and what tells it."""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, plain

NEARLY_NOTHING = 0.05
"""A driver with a smaller share of what is told adds nearly nothing."""


def repurchase_answer(forecast: pd.DataFrame) -> str:
    """How many customers will buy in the days ahead, and between which numbers.

    Args:
        forecast: The measure `repurchase_forecast`.
    """
    if forecast.empty:
        return say.not_yet(_("nobody has bought yet"))
    first = forecast.iloc[0]
    if forecast["chance_to_buy"].isna().any():
        return say.not_yet(label(str(first["reason"])))
    n, buyers = len(forecast), float(forecast["chance_to_buy"].sum())
    words = ngettext(
        "Of **{n} customer**, about **{buyers} ({share})** will buy in the next **{days}**",
        "Of **{n} customers**, about **{buyers} ({share})** will buy in the next **{days}**",
        n,
    )
    told = words.format(n=say.count(n), buyers=say.count(round(buyers)), share=say.share(buyers / n), days=_days(first))
    if say.known(first["reason"]):
        untested = _("; this goes by the last {days} alone and could not be tested: {reason}.")
        return told + untested.format(days=_days(first), reason=label(str(first["reason"])))
    ends = sorted(float(forecast[end].sum()) for end in ("low", "high"))
    interval = plain(format_interval(min(ends[0], buyers), max(ends[1], buyers), "count"))
    return told + _(", going by the last test {interval}.").format(interval=interval)


def tested_answer(groups: pd.DataFrame, evaluation: pd.DataFrame) -> str:
    """What became of those who were told most and least likely, in the last test.

    Args:
        groups: The measure `repurchase_calibration`.
        evaluation: The measure `repurchase_evaluation`.
    """
    used = groups[groups["is_used"]]
    if used.empty:
        return say.not_yet(label(str(evaluation["reason"].iloc[0])))
    told = []
    for row in (used.iloc[-1], used.iloc[0]):
        words = _("of the {n} told {told} on average, **{share}** bought ({interval})")
        told.append(
            words.format(
                n=say.count(row["customers"]),
                told=say.share(row["told"]),
                share=say.share(row["share"]),
                interval=say.sure(row),
            )
        )
    inside = int(((used["low"] <= used["told"]) & (used["told"] <= used["high"])).sum())
    days = _days(evaluation.iloc[0])
    first = _("Tried on the last {days}: {most}; {least}.").format(days=days, most=told[0], least=told[1])
    kept = ngettext(
        "In {inside} of {n} group what was told is as near as chance allows.",
        "In {inside} of {n} groups what was told is as near as chance allows.",
        len(used),
    )
    return say.joined(first, kept.format(inside=inside, n=len(used)), _off(used))


def _off(used: pd.DataFrame) -> str:
    """Whether too much or too little was told, over all."""
    told, bought = float((used["told"] * used["customers"]).sum()), float(used["bought"].sum())
    if abs(told / bought - 1) < 0.02:
        return ""
    words = (
        _("In all it told {share} too many buyers.") if told > bought else _("In all it told {share} too few buyers.")
    )
    return words.format(share=say.share(abs(told / bought - 1)))


def method_answer(evaluation: pd.DataFrame) -> str:
    """Which forecast is used, and why.

    Args:
        evaluation: The measure `repurchase_evaluation`.
    """
    used = evaluation[evaluation["is_used"].fillna(False)]
    if used.empty:
        return say.not_yet(label(str(evaluation["reason"].iloc[0])))
    row = used.iloc[0]
    first = _("Used is the forecast from **{method}**.").format(method=_small(row["forecast_from"]))
    parts = [first]
    for other in evaluation[~evaluation["is_used"].fillna(False)].to_dict("records"):
        parts.append(_against(other))
    pairs = _(
        "Of a customer who bought and one who did not, it gave the buyer the higher chance in **{auc} of 100** pairs,"
        " and the tenth told the highest chance held **{lift} times** as many buyers as all."
    )
    parts.append(pairs.format(auc=say.per_hundred(row["auc"]), lift=plain(format_value(row["lift"], "number"))))
    return say.joined(*parts)


def _against(other: dict[Any, Any]) -> str:
    method = _small(other["forecast_from"])
    if not say.known(other["brier"]):
        return _("The one from {method} could not be fitted to these customers.").format(method=method)
    if other["worse_low"] > 0:
        return _("The one from {method} was clearly less exact.").format(method=method)
    return _("The one from {method} was not clearly better, so the simpler is used.").format(method=method)


def drivers_answer(drivers: pd.DataFrame) -> str:
    """What tells most about who buys again.

    Args:
        drivers: The measure `repurchase_drivers`.
    """
    known = drivers[(drivers["low"] > 0) & (drivers["share"] > 0)]
    if known.empty:
        return say.not_yet(_("nothing that is known of customers tells who buys again"))
    main = known[known["share"] >= NEARLY_NOTHING]
    first = _("**{driver}** matters most ({share} of what can be told).").format(
        driver=label(str(known["driver"].iloc[0])), share=say.share(known["share"].iloc[0])
    )
    more = [f"{_small(row['driver'])} ({say.share(row['share'])})" for row in main.iloc[1:].to_dict("records")]
    then = _("Then: {drivers}.").format(drivers=", ".join(more)) if more else ""
    rest = [label(str(name)) for name in drivers["driver"] if name not in set(main["driver"])]
    nothing = _("The rest adds next to nothing.") if rest and len(main) else ""
    return say.joined(first, then, nothing)


def at_risk_answer(risky: pd.DataFrame, currency: str | None = None) -> str:
    """What is at stake with customers who may not buy again, and how much of it lies with the first of them.

    Args:
        risky: Rows of `repurchase_forecast`, the most at stake first.
        currency: Of the money.
    """
    if risky.empty:
        return say.not_yet(_("nobody who bought in the last 365 days is unlikely to buy again"))
    top = risky.head(20)
    words = ngettext(
        "**{n} customer** who bought in the last 365 days is unlikely to buy in the next {days}",
        "**{n} customers** who bought in the last 365 days are unlikely to buy in the next {days}",
        len(risky),
    )
    first = words.format(n=say.count(len(risky)), days=_days(risky.iloc[0]))
    stake = _("; {money} of a year's revenue is at stake, {share} of it with the first {top}: **call these first**.")
    total = float(risky["at_stake"].sum())
    return first + stake.format(
        money=say.money(total, currency), share=say.share(top["at_stake"].sum() / total), top=len(top)
    )


def _days(row: Any) -> str:
    return plain(format_value(row["days_ahead"], "days"))


def _small(name: Any) -> str:
    text = label(str(name))
    return text[:1].lower() + text[1:]
