"""Who is loyal, who is only big, and what keeps them?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, ngettext, plain
from loyalty_metrics.stats.intervals import wilson


def corners_answer(corners: pd.DataFrame, currency: str | None = None) -> str:
    """How many come often but spend little, how many spend much but seldom come, and the money of both.

    Args:
        corners: `measures.loyalty.corners`.
        currency: Of the revenue.
    """
    if not corners["customers"].sum():
        return say.not_yet(_("nobody has bought in this scope"))
    by_kind = {row["kind"]: row for row in corners.to_dict("records")}
    big, small = by_kind["big but not loyal"], by_kind["loyal but small"]
    if not big["customers"] and not small["customers"]:
        return _("Here those who come often are those who spend much: no customer is one without the other.")
    at_stake = ngettext(
        "**{n} customer** spends much but seldom comes: {money}, {share} of revenue, rests on a few orders.",
        "**{n} customers** spend much but seldom come: {money}, {share} of revenue, rests on a few orders each.",
        big["customers"],
    )
    to_grow = ngettext(
        "**{n} customer** comes often but spends little ({money}): loyal already, and easily overlooked.",
        "**{n} customers** come often but spend little ({money}): loyal already, and easily overlooked.",
        small["customers"],
    )
    told = (
        _told(corner, words, currency) for corner, words in ((big, at_stake), (small, to_grow)) if corner["customers"]
    )
    return say.joined(*told)


def _told(corner: dict[Any, Any], words: str, currency: str | None) -> str:
    return words.format(
        n=say.count(corner["customers"]),
        money=say.money(corner["revenue"], currency),
        share=say.share(corner["revenue_share"]),
    )


def types_answer(types: pd.DataFrame) -> str:
    """How many come often and what they bring, whether that is trust, and whom to invite first.

    Args:
        types: The measure `loyalty_types`.
    """
    if not types["customers"].sum():
        return say.not_yet(_("nobody has bought in this scope"))
    often = int(types["often"].sum())
    keen = types[(types["often"] == types["customers"]) & (types["customers"] > 0)]
    words = ngettext(
        "**{n} customer** ({share}) comes more often than others who began in the same quarter, and brings {revenue} of"
        " revenue.",
        "**{n} customers** ({share}) come more often than others who began in the same quarter, and bring {revenue} of"
        " revenue.",
        often,
    )
    first = words.format(
        n=say.count(often),
        share=say.share(often / types["customers"].sum()),
        revenue=say.share(keen["revenue_share"].astype("float64").sum()),
    )
    return say.joined(first, _why(types), _latent(types))


def _why(types: pd.DataFrame) -> str:
    """What those who come often say, as far as they answered."""
    said = int(types["often_answered"].sum())
    if not said:
        return _("None of them has answered a survey, so whether that is trust or inertia cannot be told.")
    trust = int(types.loc[types["loyalty_type"] == "trust", "often_answered"].sum())
    low, high = wilson(trust, said)
    words = ngettext(
        "**{share}** of the {n} of them who answered a survey likes the shop ({interval}): that is trust.",
        "**{share}** of the {n} of them who answered a survey like the shop ({interval}): that is trust.",
        said,
    )
    interval = say.sure({"low": float(low), "high": float(high)})
    return words.format(share=say.share(trust / said), n=say.count(said), interval=interval)


def _latent(types: pd.DataFrame) -> str:
    n = int(types.loc[types["loyalty_type"] == "latent", "customers"].sum())
    words = ngettext(
        "Invite first the **{n}** who likes the shop and seldom comes.",
        "Invite first the **{n}** who like the shop and seldom come.",
        n,
    )
    return words.format(n=say.count(n)) if n else ""


def answered_note(types: pd.DataFrame) -> str:
    """How many customers answered, and whether those who did come as often as the others.

    Args:
        types: The measure `loyalty_types`.
    """
    everybody, answered = (int(types[name].sum()) for name in ("customers", "answered"))
    if not answered:
        return _("No customer has answered a survey yet.")
    words = ngettext(
        "{answered} of {everybody} customer has answered how they like the shop ({share}).",
        "{answered} of {everybody} customers have answered how they like the shop ({share}).",
        everybody,
    )
    first = words.format(
        answered=say.count(answered), everybody=say.count(everybody), share=say.share(answered / everybody)
    )
    others = everybody - answered
    if not others:
        return first
    keen = int(types["often_answered"].sum())
    keen_others = int(types["often"].sum()) - keen
    shares = {"here": say.share(keen / answered), "there": say.share(keen_others / others)}
    if say.differs(keen, answered, keen_others, others):
        words = _("They are not like the rest: {here} of them come often, {there} of the others.")
    else:
        words = _("They come about as often as the rest ({here} and {there}), but may think otherwise.")
    return say.joined(first, words.format(**shares))


def coverage_answer(coverage: pd.DataFrame, currency: str | None = None) -> str:
    """How many categories customers buy in, and how many buy in one only.

    Args:
        coverage: The measure `category_coverage` of all customers together.
        currency: Of the revenue.
    """
    row = coverage.iloc[0].to_dict() if len(coverage) else {}
    if not row.get("customers"):
        return say.not_yet(_("no purchase in this scope has a category"))
    words = _("On average customers buy in **{categories} of {offered}** categories ({share}; {interval}).")
    first = words.format(
        categories=plain(format_value(row["categories"], "number")),
        offered=say.count(row["offered"]),
        share=say.share(row["coverage"]),
        interval=_sure(row),
    )
    n = int(row["one_category"])
    words = ngettext(
        "**{n} customer** ({share}) buys in one only and brings {money}: show a second one.",
        "**{n} customers** ({share}) buy in one only and bring {money}: show them a second one.",
        n,
    )
    single = words.format(
        n=say.count(n), share=say.share(row["one_share"]), money=say.money(row["one_revenue"], currency)
    )
    words = ngettext(
        "Of {n} further customer no category is known.",
        "Of {n} further customers no category is known.",
        row["unknown"],
    )
    return say.joined(first, single if n else "", words.format(n=say.count(row["unknown"])) if row["unknown"] else "")


def coverage_repeat_answer(frame: pd.DataFrame) -> str:
    """Whether those who buy in several categories come again more often, after equally many purchases.

    Args:
        frame: The measure `coverage_repeat`.
    """
    both = frame.dropna(subset=["difference"])
    if both.empty:
        return say.not_yet(_("there are not yet customers of both kinds who have been watched for long enough"))
    purchases = 2 if 2 in set(both["purchases"]) else int(both["purchases"].min())
    several, one = (
        both[(both["purchases"] == purchases) & (both["kind"] == kind)].iloc[0].to_dict()
        for kind in ("several categories", "one category")
    )
    words = ngettext(
        "After {n} purchase, **{several}** of those who bought in several categories come again within {days}, and"
        " **{one}** of those who bought in one: {points} points ({interval}).",
        "After {n} purchases, **{several}** of those who bought in several categories come again within {days}, and"
        " **{one}** of those who bought in one: {points} points ({interval}).",
        purchases,
    )
    first = words.format(
        n=say.count(purchases),
        several=say.share(several["retention"]),
        one=say.share(one["retention"]),
        days=plain(format_value(several["lapse_days"], "days")),
        points=say.signed_points(several["difference"]),
        interval=say.sure_points(several["difference_low"], several["difference_high"]),
    )
    if several["difference_low"] > 0:
        verdict = _("More than chance: a second category is a good sign, though not proof that it is the cause.")
    elif several["difference_high"] < 0:
        verdict = _("More than chance: those who keep to one category come again more often.")
    else:
        verdict = _("That may be chance: how often they bought tells more than in how many categories.")
    return say.joined(first, verdict)


def wallet_answer(wallet: pd.DataFrame, currency: str | None = None) -> str:
    """What part of their money for such goods customers spend here, and how much goes elsewhere.

    Args:
        wallet: The measure `share_of_wallet` of all customers together.
        currency: Of the money.
    """
    by_method = {row["method"]: row for row in wallet.to_dict("records")}
    spend, rank, unknown = (by_method.get(name) for name in ("spend", "rank", "unknown"))
    if not spend and not rank:
        return say.not_yet(_("no customer in this scope has said what they buy elsewhere"))
    told = _by_spend(spend, currency) if spend else ""
    if rank:
        words = ngettext(
            "{n} customer told only how this shop ranks: by that about **{share}** ({interval}).",
            "{n} customers told only how this shop ranks: by that about **{share}** ({interval}).",
            rank["customers"],
        )
        told = say.joined(told, _share_of(rank, words))
    if not unknown:
        return told
    words = ngettext(
        "{n} other customer has not said, and may differ.",
        "{n} others have not said, and may differ.",
        unknown["customers"],
    )
    return say.joined(told, words.format(n=say.count(unknown["customers"])))


def _by_spend(row: dict[Any, Any], currency: str | None) -> str:
    words = ngettext(
        "**{share}** of what {n} customer spends on such goods is spent here ({interval}).",
        "**{share}** of what {n} customers each spend on such goods is, on average, spent here ({interval}).",
        row["customers"],
    )
    elsewhere = _("They spent {money} elsewhere in the time they were asked about: money to win.")
    money = elsewhere.format(money=say.money(row["spend_elsewhere"], currency)) if row["spend_elsewhere"] else ""
    return say.joined(_share_of(row, words), money)


def _share_of(row: dict[Any, Any], words: str) -> str:
    return words.format(n=say.count(row["customers"]), share=say.share(row["wallet_share"]), interval=_sure(row))


def _sure(row: dict[Any, Any]) -> str:
    return say.sure(row) if say.known(row["low"]) else _("too few customers to say how sure")
