"""Who is loyal, who is only big, and what keeps them?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, ngettext


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
