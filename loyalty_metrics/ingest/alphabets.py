"""Tell which encoding a text is in by the language it then reads as: a wrong one reads as noise.

For every encoding that can decode the bytes, the letters outside ASCII are weighed by how usual they are in each
language written in it; the likeliest reading wins. Readings that come close are kept, so that they can be shown.
"""

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

_RULES = tomllib.loads((Path(__file__).parents[1] / "rules" / "alphabets.toml").read_text(encoding="utf-8"))
_ORDINARY = {  # lead bytes of the characters that schoolchildren learn, in each national standard
    "zh_hans": ("gb2312", range(0xB0, 0xD8)),
    "zh_hant": ("big5", range(0xA4, 0xC7)),
    "ja": ("cp932", range(0x88, 0x99)),
    "ko": ("euc_kr", range(0xB0, 0xC9)),
}
_PUNCTUATION = frozenset("，。、：；！？（）「」『』【】《》～·￥　・％－")

_FOREIGN = log(1e-4)
_ODD = -4.0
_RARE = -0.5
_CLOSE = 6.0


@dataclass(frozen=True)
class Reading:
    """One way to read bytes.

    Attributes:
        encoding: As Python names it.
        text: What the bytes then say.
        score: The logarithm of how likely that text is.
    """

    encoding: str
    text: str
    score: float


def readings(evidence: bytes) -> list[Reading]:
    """List the plausible readings of some lines, likeliest first; those that say the same are listed once."""
    found: dict[str, Reading] = {}
    for rule in _RULES["encoding"]:
        text, damaged = _decoded(evidence, rule["name"])
        if not text:
            continue
        score = max(_likelihood(text, language) for language in rule["languages"]) + _FOREIGN * damaged
        score += _RARE * sum(not c.isascii() for c in text) if rule.get("rare") else 0
        if text not in found:
            found[text] = Reading(rule["name"], text, score)
        elif score > found[text].score:
            found[text] = Reading(found[text].encoding, text, score)
    ranked = sorted(found.values(), key=lambda reading: -reading.score)
    return [reading for reading in ranked if reading.score > ranked[0].score - _CLOSE]


def _decoded(evidence: bytes, encoding: str) -> tuple[str, int]:
    """Decode lines; those that are damaged are left out, and their letters counted."""
    texts, damaged = [], 0
    for line in evidence.splitlines():
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            damaged += sum(byte > 127 for byte in line)
    return unicodedata.normalize("NFC", "\n".join(texts)), damaged


def _likelihood(text: str, language: str) -> float:
    weights = _weights(language)
    telling = Counter(c for c in text if not c.isascii())
    known = sum(count * weights.get(c, _FOREIGN) for c, count in telling.items())
    return known + _ODD * _oddities(text)


def _oddities(text: str) -> int:
    """Count what hardly stands inside a word: capitals after small letters, two scripts, signs, control characters."""
    odd = 0
    for before, c, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if c.isascii():
            odd += c.isupper() and before.islower() and not before.isascii()
        elif unicodedata.category(c) in ("Cc", "Co", "Cn"):
            odd += 3
        elif c.isalpha():
            odd += c.isupper() and before.islower()
            odd += not _is_latin(c) and (_is_letter(before) or _is_letter(after))
        elif unicodedata.combining(c):
            odd += c > "\u036f" and _is_letter(before)
        else:
            odd += c != "’" and before.isalpha() and after.isalpha()
    return odd


def _is_letter(c: str) -> bool:
    return c.isascii() and c.isalpha()


def _is_latin(c: str) -> bool:
    return c < "\u0250" or "\u1e00" <= c < "\u1f00" or c >= "\u2e80"


@cache
def _weights(language: str) -> Mapping[str, float]:
    """The logarithm of how often a language uses each character, among those outside ASCII."""
    if language in _RULES["letters"]:
        letters = _RULES["letters"][language]
        capitals = set(letters.upper()) - set(letters)
        small = {c: log(0.85 / len(letters)) for c in letters}
        return {c: log(0.1 / max(1, len(capitals))) for c in capitals if not c.isascii()} | small
    common = set("".join(_RULES["common"][language].split()))
    standard, leads = _ORDINARY[language]
    ordinary = {c for lead in leads for trail in range(0x40, 0xFF) for c in _character(lead, trail, standard)}
    return (
        {c: log(0.02 / 10_000) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF)
         for c in _character(lead, trail, standard) if c.isalpha()}
        | {c: log(0.28 / len(ordinary)) for c in ordinary if c.isalpha()}
        | {c: log(0.1 / len(_PUNCTUATION)) for c in _PUNCTUATION}
        | {c: log(0.6 / len(common)) for c in common}
    )  # fmt: skip


def _character(lead: int, trail: int, standard: str) -> str:
    try:
        return bytes((lead, trail)).decode(standard)
    except UnicodeDecodeError:
        return ""
