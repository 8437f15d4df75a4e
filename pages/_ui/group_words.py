"""What each group of customers is and what to do about it, in plain words; the words are data."""

import tomllib
from functools import lru_cache
from pathlib import Path

import loyalty_metrics
from loyalty_metrics.language import _, plain

WORDS = Path(loyalty_metrics.__file__).parent / "rules" / "loyalty_words.toml"


def told(who: str, action: str) -> str:
    """Both in one cell, for a table that also fits a phone."""
    parts = (plain(_(who)) if who else "", f"**{plain(_(action))}**" if action else "")
    return " ".join(part for part in parts if part)


def of_loyalty(kind: str) -> str:
    """The words of a kind of loyalty, if it has any; those of segments stand in the workspace's rules."""
    return told(**_all().get(kind, {"who": "", "action": ""}))


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
