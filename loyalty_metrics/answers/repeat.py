"""How many customers buy more than once, and how soon?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, plain

FEW_BUYERS = 30
"""Below so many customers a share says little about the next ones."""


def repeat_answer(repeat_frame: pd.DataFrame) -> str:
    """How many customers buy more than once, and how soon.

    Args:
        repeat_frame: The measure `repeat_purchase_rate`.
    """
    figures = say.by_figure(repeat_frame)
    rate = figures.get("repeat_rate")
    if rate is None or not say.known(rate["value"]):
        return say.not_yet(_("nobody has bought in this scope"))
    words = _(
        "**{share}** of customers have bought more than once ({interval}; {repeaters} of {customers} with a purchase)."
    )
    first = words.format(
        share=say.share(rate["value"]),
        interval=say.sure(rate),
        repeaters=say.count(rate["numerator"]),
        customers=say.count(rate["denominator"]),
    )
    caution = _("That is too few customers to lean on.") if rate["denominator"] < FEW_BUYERS else ""
    return say.joined(first, caution, _how_often(figures))


def _how_often(figures: dict[str, dict[str, Any]]) -> str:
    row = figures.get("days_between")
    if row is None or not say.known(row["value"]):
        return ""
    words = _("Half of those who return do so every {days} or sooner.")
    return words.format(days=plain(format_value(round(row["value"]), "days")))
