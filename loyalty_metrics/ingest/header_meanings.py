"""What a header says beside the word it is known by: other dates, other money, or nothing that tells.

The words are data: see rules/header_meanings.toml.
"""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parent.parent / "rules" / "header_meanings.toml"


@cache
def _sections() -> dict[str, frozenset[str]]:
    found = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return {
        section: frozenset(normalise_header(word) for words in languages.values() for word in words)
        for section, languages in found.items()
    }


def contains(header: str, word: str) -> bool:
    """Whether a folded word stands in a folded header: between blanks, or anywhere in scripts that have none."""
    if f" {word} " in f" {header} ":
        return True
    return _has_no_blanks(word) and word in header


def _has_no_blanks(word: str) -> bool:
    """Whether a word is of a script that is written without blanks: Chinese, Japanese, Korean, Thai."""
    return " " not in word and any(letter >= "\u0e00" for letter in word)


@lru_cache(maxsize=1 << 14)
def says(header: str, section: str) -> frozenset[str]:
    """The words of a section that stand in a folded header."""
    return frozenset(word for word in _sections()[section] if contains(header, word))


def is_other_date(header: str) -> bool:
    """Whether a folded header names a date other than that of the sale."""
    return bool(says(header, "other_date"))


def is_other_money(header: str, but: str | None = None) -> bool:
    """Whether a folded header names money, or a number that looks like it, other than what the sale brought.

    "Total incl. tax" names the money of the sale all the same.

    Args:
        header: The header.
        but: The section whose words may stand in it.
    """
    found = says(header, "other_money") - (says(header, but) if but else frozenset())
    return bool(found - says(header, "tax") if says(header, "inclusion") else found)


def may_be_money(header: str) -> bool:
    """Whether nothing is said in a folded header but that it may be money, or nothing at all."""
    rest = f" {re.sub(r'[0-9]+', ' ', header)} "
    for word in sorted(says(header, "money_or_anything"), key=len, reverse=True):
        rest = rest.replace(word, "") if _has_no_blanks(word) else rest.replace(f" {word} ", "  ")
    return not any(letter.isalpha() for letter in rest) and not is_other_money(header)
