"""Which customers stay, which pay, which are leaving, and what keeping them is worth."""

from loyalty_metrics.errors import ImportRefused, LoyaltyError
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Result, Workspace

__all__ = ["ImportRefused", "LoyaltyError", "Result", "Scope", "Workspace"]
