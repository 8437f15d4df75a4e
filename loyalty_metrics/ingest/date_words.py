"""The words of written dates in many languages: months, weekdays, halves of the day, signs between parts, zones."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any

from babel import Locale

from loyalty_metrics.schema import normalise_header

RULES = Path(__file__).parent.parent / "rules"

_HALVES = {"am": "A", "pm": "P"}
_WITHOUT_BLANKS = r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
"""Scripts whose words may touch: Thai, kana, Han, Hangul."""
_LETTER = r"[^\W\d_]"
_NO_WORDS = re.compile(r"[-9 :./,+T\s]+")
_READINGS = 64
"""So many ways to understand the words of one value are tried at most."""


@dataclass(frozen=True)
class Meaning:
    """What a word in a date may be.

    Attributes:
        sign: `M` for a month, `W` a weekday, `A` and `P` the halves of the day, `Z` a time zone, `E` an era, a blank
            for words that say nothing; else the sign between two parts that it stands for.
        month: The number of the month.
        zone: The time zone, as the database names it.
        era: The year before the first of the era.
    """

    sign: str
    month: int = 0
    zone: str = ""
    era: int = 0


@dataclass(frozen=True)
class Piece:
    """One sign of an understood value, and which letters of the value it stands for."""

    sign: str
    start: int
    end: int
    meaning: Meaning | None = None


@cache
def _rules(name: str) -> Mapping[str, Any]:
    return tomllib.loads((RULES / name).read_text(encoding="utf-8"))


@cache
def zones() -> Mapping[str, str]:
    """Time zones of the database by the names that exports give them."""
    return {name: zone for section in _rules("time_zones.toml").values() for name, zone in section.items()}


@cache
def headers_of(part: str) -> frozenset[str]:
    """The folded headers of columns that hold one part of a date: `year`, `month`, `day`, `hour` or `minute`."""
    return frozenset(normalise_header(word) for word in _rules("date_words.toml")["headers"][part])


def folded(text: str) -> str:
    """Text in lower case with plain blanks, letter by letter, so that places in it stay the same."""
    lower = (c.lower()[0] for c in text)
    return "".join(" " if c.isspace() else c for c in lower)


def _plain(word: str) -> str:
    """A Latin word without accents, as many programs write it."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare if bare.isascii() else word


def _spellings(name: str) -> set[str]:
    """How a word is also written: without accents, without the point of an abbreviation."""
    word = folded(name)
    return {form for whole in (word, _plain(word)) for form in (whole, whole.removesuffix("."))}


def _named(loc: Locale) -> Iterator[tuple[str, Meaning]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in loc.months[context].get(width, {}).items():
                yield name, Meaning("M", month=number)
            for name in loc.days[context].get(width, {}).values():
                yield name, Meaning("W")
            for half, name in loc.day_periods.get(context, {}).get(width, {}).items():
                if half in _HALVES:
                    yield name, Meaning(_HALVES[half])


def _wide_months() -> Iterator[tuple[str, int]]:
    for language in _rules("date_words.toml")["languages"]:
        for number, name in Locale.parse(language).months["stand-alone"]["wide"].items():
            yield folded(name), number


def _short_months() -> Iterator[tuple[str, Meaning]]:
    """The first three letters of a name, where they are those of one month only, whatever the language."""
    months: dict[str, set[int]] = defaultdict(set)
    for name, number in _wide_months():
        if name[:3].isalpha() and len(name) > 3 and not re.match(_WITHOUT_BLANKS, name):
            months[name[:3]].add(number)
    for short, numbers in months.items():
        if len(numbers) == 1:
            yield short, Meaning("M", month=min(numbers))


def _listed() -> Iterator[tuple[str, Meaning]]:
    """The words of the rules, and those of the locale data."""
    rules = _rules("date_words.toml")
    yield from ((name, Meaning("Z", zone=zone)) for name, zone in zones().items())
    yield "z", Meaning("Z", zone="UTC")
    for language in rules["languages"]:
        # Months that are numbered, as in 1月, are told by the mark behind the number.
        yield from (named for named in _named(Locale.parse(language)) if not re.search(r"\d|^.$", named[0], re.ASCII))
    yield from _short_months()
    yield from ((word, Meaning("M", month=number)) for word, number in rules["months"].items())
    yield from ((word, Meaning(sign)) for sign, words in rules["marks"].items() for word in words)
    yield from ((word, Meaning(" ")) for word in rules["fillers"]["words"])
    yield from ((word, Meaning("E", era=before)) for word, before in rules["eras"].items())


@cache
def words() -> Mapping[str, tuple[Meaning, ...]]:
    """What each known word may mean."""
    found: dict[str, dict[Meaning, None]] = defaultdict(dict)
    for name, meaning in _listed():
        for word in _spellings(name) if meaning.sign in "MWAP" else {folded(name)}:
            found[word][meaning] = None
    return {word: tuple(meanings) for word, meanings in found.items()}


@cache
def _words_pattern() -> re.Pattern[str]:
    longest_first = sorted(words(), key=len, reverse=True)
    joined = [re.escape(word) for word in longest_first if re.search(_WITHOUT_BLANKS, word)]
    apart = [re.escape(word) for word in longest_first if not re.search(_WITHOUT_BLANKS, word)]
    ordinals = "|".join(map(re.escape, sorted(_rules("date_words.toml")["ordinals"]["words"], key=len, reverse=True)))
    return re.compile(
        rf"(?P<ordinal>(?<=[0-9])(?:{ordinals})(?!{_LETTER}))"
        rf"|(?P<word>{'|'.join(joined)}|(?<!{_LETTER})(?:{'|'.join(apart)})(?!{_LETTER}))"
        rf"|(?P<unknown>{_LETTER}+)|(?P<sign>.)",
        re.DOTALL,
    )


def understood(pattern: str) -> Iterator[list[Piece]]:
    """The ways to understand the words of a shape: each as its signs, blanks squeezed, weekdays left out."""
    text = folded(re.sub(r"([+-]99:?99) \([^()]*\)$", r"\1", pattern))
    if _NO_WORDS.fullmatch(pattern):  # the locale data take a tenth of a second to be read
        yield _squeezed(Piece(sign.upper(), place, place + 1) for place, sign in enumerate(text))
        return
    if _is_an_id(pattern):
        return
    found = list(_words_pattern().finditer(text))
    if any(match["unknown"] for match in found):
        return
    choices = [_choices(match) for match in found]
    for chosen in islice(product(*choices), _READINGS):
        yield _squeezed(piece for piece in chosen if piece.sign not in "W()")


def _is_an_id(pattern: str) -> bool:
    """Whether letters stand beside one number that is no year: so ids are written, and no date."""
    numbers = re.findall("9+", pattern)
    return len(numbers) == 1 and len(numbers[0]) != len("9999")


def _choices(match: re.Match[str]) -> list[Piece]:
    start, end = match.span()
    if match["ordinal"]:
        also = [Piece(meaning.sign, start, end, meaning) for meaning in words().get(match[0], ())]
        return [Piece("", start, end), *also]
    if match["word"]:
        return [Piece(meaning.sign, start, end, meaning) for meaning in words()[match[0]]]
    return [Piece(match[0], start, end)]


def _squeezed(pieces: Iterator[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if piece.sign == "" or (piece.sign == " " and (not kept or kept[-1].sign == " ")):
            continue
        kept.append(piece)
    while kept and kept[-1].sign in " .,":
        kept.pop()
    while kept and kept[0].sign in " .,":
        kept.pop(0)
    return kept


def unknown_words(pattern: str) -> list[str]:
    """The words of a shape that no language has for dates."""
    return [match["unknown"] for match in _words_pattern().finditer(folded(pattern)) if match["unknown"]]


def english(month: int) -> str:
    """The English name of a month."""
    name: str = Locale.parse("en").months["format"]["wide"][month]
    return name


def spoken(pattern: str, is_long: bool) -> dict[str, str]:
    """The months and halves of the day in a shape, each with its English word, as formats know them."""
    found = {}
    for match in _words_pattern().finditer(folded(pattern)):
        for meaning in words().get(match["word"] or "", ()):
            said = {"A": "AM", "P": "PM", "M": english(meaning.month or 1)[: None if is_long else 3]}.get(meaning.sign)
            if said:
                found[pattern[slice(*match.span())]] = said
    return found
