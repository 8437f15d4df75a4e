"""What stands beside a number and is none of its digits: signs of currencies, marks of credit, words of scale."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_RULES = Path(__file__).parent.parent / "rules"


@cache
def _rules(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_RULES / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def signs() -> Mapping[str, tuple[str, ...]]:
    """The currencies that each sign may mean."""
    found = _rules("currency_signs")
    certain = {sign: (str(code),) for sign, code in found["certain"].items()}
    codes = {str(code): (str(code),) for code in found["codes"]["codes"]}
    return {**codes, **certain, **{sign: tuple(codes) for sign, codes in found["shared"].items()}}


@cache
def known_sign(text: str) -> str:
    """The sign as it is listed, however it is spelled; nothing where it is none."""
    spelled = text.rstrip(".").casefold()
    return next((sign for sign in (text, text.upper(), text.rstrip(".")) if sign in signs()), "") or next(
        (sign for sign in signs() if len(sign) > 1 and sign.casefold() == spelled), ""
    )


def currency_pattern() -> str:
    """The pattern of a sign, word or code; the point of an abbreviated word is part of it."""
    codes = set(_rules("currency_signs")["codes"]["codes"])
    others = [sign for sign in signs() if sign not in codes]
    words = [sign for sign in others if sign[0].isalpha() and len(sign) > 1 and "$" not in sign]
    letters = [sign for sign in others if sign.isalpha() and len(sign) == 1 and sign.isupper()]
    bare = [sign for sign in others if sign not in words and sign not in letters and "$" not in sign]
    return rf"(?:[A-Za-z]{{0,2}}\$|{_any(bare)}|(?:(?i:{_any(words)})|{_any(letters)}|{_any(codes)})[.]?)"


@cache
def scales() -> Mapping[str, int]:
    """How many ones each word behind a number stands for, such as 1000 for k."""
    return {word: int(factor) for factor, words in _rules("number_words")["scales"].items() for word in words}


def scale_pattern() -> str:
    """The pattern of a word of scale."""
    return rf"(?:{_any(scales())})[.]?"


@cache
def credit_words(side: str) -> frozenset[str]:
    """The words that mark an amount as `credit` or `debit`."""
    return frozenset(_rules("number_words")["marks"][side])


@cache
def credit_headers() -> frozenset[str]:
    """Headers of a column that marks each row as credit or debit."""
    return frozenset(_rules("number_words")["marks"]["headers"])


def credit_pattern(*sides: str) -> str:
    """The pattern of a mark of one of the sides; single letters are marks as capitals alone."""
    words = [word for side in sides for word in credit_words(side)]
    letters = [word for word in words if len(word) == 1 and word.isascii()]
    return rf"(?:(?i:{_any(word for word in words if word not in letters)})|{_any(letters)})[.]?"


def _any(words: Iterable[str]) -> str:
    """One of some words, the longest that fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
