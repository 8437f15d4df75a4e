"""The unit of money that a header names: cents, thousands, 万元; and its currency."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from loyalty_metrics.ingest.signs import signs

ONE = Decimal(1)
_BRACKETS = re.compile(r"[(\[{<]([^)\]}>]*)[)\]}>]")
_TOKEN = re.compile(r"[^\s()\[\]{}<>,;:/_·|\"'’.-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Unit:
    """What a header says of the unit of its money.

    Attributes:
        factors: How many of the currency's main unit one of it is; several where the word has several meanings.
        word: The word that says so.
    """

    factors: tuple[Decimal, ...]
    word: str


@dataclass(frozen=True)
class _Token:
    """A word of a header, and what it is.

    Attributes:
        text: As it is written.
        rest: What is left of it beside a currency.
        currency: That currency.
        is_apart: Whether it stands in brackets.
        follows_slash: Whether a slash stands before it, as in `€/t`.
    """

    text: str
    rest: str
    currency: str
    is_apart: bool
    follows_slash: bool


@cache
def unit_of(header: str) -> Unit | None:
    """The unit that a header names, if any."""
    tokens = _tokens(header)
    for place, token in enumerate(tokens):
        before, after = (tokens[i].rest if 0 <= i < len(tokens) else "" for i in (place - 1, place + 1))
        if before in ("per", "pro"):
            continue
        factors = _factors("anywhere", token.rest)
        if not factors and _stands_beside(token, tokens, place, before, after):
            factors = _factors("beside", token.rest) or _factors("unclear", token.rest)
        if factors:
            return Unit(factors, token.text)
    return None


def currency_of(header: str) -> str:
    """The code or sign of a currency that a header names; nothing where it names none."""
    tokens = _tokens(header)
    found = [
        token.currency
        for place, token in enumerate(tokens)
        if token.currency and (token.is_apart or place in (0, len(tokens) - 1) or not header.isupper())
    ]
    return found[0] if len(set(found)) == 1 else ""


def _stands_beside(token: _Token, tokens: Sequence[_Token], place: int, before: str, after: str) -> bool:
    """Whether a short word is about money: in brackets, at a currency, behind "in"."""
    beside = [tokens[i] for i in (place - 1, place + 1) if 0 <= i < len(tokens)]
    if token.follows_slash and place and tokens[place - 1].currency:  # money by the tonne
        return False
    at_currency = bool(token.currency) or any(other.currency and not other.rest for other in beside)
    words: Mapping[str, Sequence[str]] = _rules()["words"]
    return token.is_apart or at_currency or before in words["before"] or after in words["after"]


def _factors(section: str, word: str) -> tuple[Decimal, ...]:
    return _words(section).get(word, ())


@cache
def _words(section: str) -> Mapping[str, tuple[Decimal, ...]]:
    rules: Mapping[str, Sequence[str]] = _rules()[section]
    if section == "unclear":
        return {word: tuple(map(Decimal, factors)) for word, factors in rules.items()}
    return {word: (Decimal(factor),) for factor, words in rules.items() for word in words}


@cache
def _rules() -> Mapping[str, Any]:
    path = Path(__file__).parent.parent / "rules" / "money_units.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _tokens(header: str) -> tuple[_Token, ...]:
    """The words of a header, each with the currency that is written in one with it taken off."""
    text = unicodedata.normalize("NFKC", _CAMEL.sub(" ", header))
    apart = [match.span(1) for match in _BRACKETS.finditer(text)]
    found = []
    for match in _TOKEN.finditer(text):
        is_apart = any(begin <= match.start() and match.end() <= end for begin, end in apart)
        written = match[0]
        for start in ("单位", "單位", "単位"):
            written = written.removeprefix(start) or written
        rest, currency = _without_currency(written)
        follows_slash = text[: match.start()].rstrip().endswith("/")
        found.append(_Token(match[0], rest.casefold(), currency, is_apart, follows_slash))
    return tuple(found)


def _without_currency(token: str) -> tuple[str, str]:
    """Split `TEUR`, `k€`, `£000` or `EUR`; other words stay as they are."""
    if _factors("anywhere", token.casefold()):
        return token, _east_asian(token)
    for sign in _currencies():
        for rest in (token.removeprefix(sign), token.removesuffix(sign)):
            if rest != token and (not rest or _is_unit(rest.casefold())):
                return rest, sign
    return _without_name(token)


def _without_name(token: str) -> tuple[str, str]:
    """Split `销售额万元`: scripts without blanks write the unit right behind the name."""
    for word in sorted(_words("anywhere"), key=len, reverse=True):
        if len(word) > 1 and not word.isascii() and word[-1] in "元円원ท" and token.endswith(word):
            return word, _east_asian(word)
    return token, ""


def _east_asian(unit: str) -> str:
    """The currency of a unit such as 万元; 萬元 may be of Taiwan as well as of Hong Kong."""
    return "" if "萬" in unit else next((sign for sign in ("元", "円", "원") if unit.endswith(sign)), "")


def _is_unit(word: str) -> bool:
    return any(word in _words(section) for section in ("anywhere", "beside", "unclear"))


@cache
def _currencies() -> tuple[str, ...]:
    """Codes and signs that name a currency wherever they stand, the longest first."""
    named = [sign for sign in signs() if (len(sign) == 3 and sign.isascii() and sign.isupper()) or not sign.isalpha()]
    return tuple(sorted([*named, "đ", "VNĐ", "đồng", "元", "円", "원"], key=len, reverse=True))
