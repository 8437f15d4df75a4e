"""Which customers mind the price?"""

from typing import Any

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.measures.prices import bought_more
from loyalty_metrics.stats.elasticity import ESTIMATED, FEWEST_ITEMS, MOVE_TOGETHER
from loyalty_metrics.stats.proportions import REAL


def prices_answer(groups: pd.DataFrame) -> str:
    """What all customers do when something gets cheaper, and which group does so most.

    Args:
        groups: The measure `price_elasticity`, all together first.
    """
    if groups.empty:
        return say.not_yet(_("nobody has bought in this scope"))
    everybody = groups.iloc[0]
    if everybody["state"] != ESTIMATED:
        return say.not_yet(why_not(everybody))
    words = _("In weeks when an item is **10% cheaper** than usual, customers buy **{more}** of it ({interval}).")
    first = words.format(more=_more(everybody["elasticity"]), interval=_interval(everybody))
    known = groups[groups["group_name"].notna() & (groups["state"] == ESTIMATED)]
    if len(known) < 2:
        return say.joined(first, _("Too few groups have enough sales to be compared."))
    if not known["chance"].iloc[0] <= REAL:
        return say.joined(first, _("That groups differ in this may be chance."))
    most = known.iloc[int(known["elasticity"].argmin())]
    if not most["high"] < 0:
        return say.joined(first, _("Groups differ beyond chance, but none surely buys more when prices fall."))
    words = _("**{group}** react most: {more} ({interval}). Groups differ beyond chance.")
    return say.joined(
        first,
        words.format(
            group=plain(group_words(most["group_name"])), more=_more(most["elasticity"]), interval=_interval(most)
        ),
    )


def why_not(row: Any) -> str:
    """Why the reaction of a group is not known."""
    if row["state"] == MOVE_TOGETHER:
        return _("prices of all items move together, so that their effect cannot be told from the week's")
    words = _("{n} items sold well enough changed their price by 5% or more, and at least {least} are needed")
    return words.format(n=say.count(row["items"]), least=say.count(FEWEST_ITEMS))


def group_words(name: Any) -> str:
    """The name of a group; all together have none, an empty one is not known."""
    if not say.known(name):
        return _("All customers")
    return label(name) if name else _("(unknown)")


def _more(elasticity: float) -> str:
    return say.plain_change(bought_more(elasticity))


def _interval(row: Any) -> str:
    words = _("95% sure: between {low} and {high}")
    return words.format(low=say.plain_change(bought_more(row["high"])), high=say.plain_change(bought_more(row["low"])))


def discount_answer(groups: pd.DataFrame) -> str:
    """How much is bought on discount, and by whom most.

    Args:
        groups: The measure `discount_by_group`, all together first.
    """
    if groups.empty or not groups.iloc[0]["units_known"] > 0:
        return say.not_yet(_("no line says whether there was a discount; a blank discount is not known to be none"))
    everybody = groups.iloc[0]
    words = _("**{share}** of units are bought on discount ({interval}).")
    first = words.format(share=say.share(everybody["discounted_share"]), interval=say.sure(everybody))
    known = groups[groups["group_name"].notna() & groups["discounted_share"].notna()]
    if len(known) < 2:
        return first
    most = known.iloc[int(known["discounted_share"].argmax())]
    words = _("Most by **{group}**: {share} ({interval}).")
    told = words.format(
        group=plain(group_words(most["group_name"])), share=say.share(most["discounted_share"]), interval=say.sure(most)
    )
    unknown = float(everybody["units_unknown"])
    left_out = _("{n} units whose discount is not known are left out.").format(n=say.count(unknown)) if unknown else ""
    return say.joined(first, told, left_out)
