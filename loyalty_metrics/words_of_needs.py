"""Words for the codes and columns of groups by needs and of reaction to prices."""

from loyalty_metrics.marked import N_

NEEDS: dict[str, str] = {
    # Sections of the segments page
    "needs": N_("Needs"),
    "prices": N_("Prices"),
    # Groups by needs
    "need": N_("Group"),
    "found": N_("groups found"),
    "continuum": N_("no groups: one continuum"),
    "unstable": N_("no dependable groups"),
    "too_few": N_("too few customers to tell"),
    "away_for": N_("Days since the last purchase"),
    "discounted_share": N_("On discount"),
    "basket": N_("Spent each time"),
    "unevenness": N_("Unevenness of gaps (0 to 1)"),
    "variety": N_("Another category than before"),
    "discounts": N_("On discount"),
    "returns": N_("Sent back"),
    "main_channel": N_("Main channel"),
    "second_channel": N_("Second channel"),
    "apart": N_("Away from all (standard deviations)"),
    "stability": N_("Agreement when drawn again"),
    "valley": N_("Thin places"),
    "category_change_share": N_("Another category than before"),
    "return_share": N_("Sent back"),
    "main_channel_share": N_("Through the main channel"),
    # Reaction to prices
    "few_items": N_("too few items whose price moved"),
    "move_together": N_("all prices move together"),
    "items": N_("Items whose price moved"),
    "elasticity": N_("Units for 1% of price (elasticity)"),
    "units_known": N_("Units of known discount"),
    "units_discounted": N_("Units on discount"),
    "units_unknown": N_("Units of unknown discount"),
}
