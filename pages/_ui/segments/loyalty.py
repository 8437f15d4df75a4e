"""Loyalty beyond recency, frequency and money: how often they come, why, for how much of the range and the wallet."""

from pages._ui.loyalty import repeats
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the part that is chosen."""
    repeats.show(view)
