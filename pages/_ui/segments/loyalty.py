"""Loyalty beyond recency, frequency and money: how often they come, why, for how much of the range and the wallet."""

from loyalty_metrics.language import _
from pages._ui import links
from pages._ui.loyalty import coverage, repeats, types, wallet
from pages._ui.view import View

PARTS = {"loyal_or_big": repeats.show, "why": types.show, "range": coverage.show, "wallet": wallet.show}


def show(view: View) -> None:
    """Draw the part that is chosen."""
    part = links.choice("loyalty", list(PARTS), _("Question"))
    PARTS[part](view)
