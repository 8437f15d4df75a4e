"""Who signs what is kept for others to read."""

from loyalty_metrics.errors import LoyaltyError

LONGEST = 80
"""Letters of a name that are kept."""


def signed(name: str) -> str:
    """A name as it is kept.

    Raises:
        LoyaltyError: It is empty.
    """
    kept = " ".join(name.split())[:LONGEST]
    if not kept:
        raise LoyaltyError("Say who you are, so that others know whom to ask.")
    return kept
