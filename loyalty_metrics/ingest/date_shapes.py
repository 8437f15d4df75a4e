"""Written dates, understood once a shape: where the year, the month, the day and the time of day stand in the value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from loyalty_metrics.ingest.date_words import Piece, understood

Order = Literal["dmy", "mdy", "ymd"]

_DAYS = (
    r"(?P<y>9{4})(?P<sep> ?[-/.] ?)(?P<m>99?)(?P=sep)(?P<d>99?)",
    r"(?P<a>99?)(?P<sep> ?[-/.] ?| )(?P<b>99?)(?P=sep)(?P<c>9{4}|99)",
    r"(?P<y>9{4})(?P<m>99)(?P<d>99)",
    r"(?P<y>9{4}|9{3}|99) ?y ?(?P<m>99?) ?m ?(?P<d>99?)(?: ?d)?",
    r"(?P<era>E) ?(?P<y>99?) ?y ?(?P<m>99?) ?m ?(?P<d>99?)(?: ?d)?",
    r"(?P<d>99?)[-/., ]*(?P<month>M)[-/., ']*(?P<y>9{4}|99)",
    r"(?P<month>M)[-/., ]*(?P<d>99?)[-/., ]+(?P<y>9{4}|99)",
    r"(?P<y>9{4})[-/., y]*(?P<month>M)[-/., ]*(?P<d>99?)",
    r"(?P<d>99?),? ?m ?(?P<m>99?)[,/ ]+(?P<y>9{4})",
    r"(?P<y>9{3})(?P<sep>[-/.])(?P<m>99?)(?P=sep)(?P<d>99?)",
)
_MONTHS = (
    r"(?P<y>9{4})[-/. ](?P<m>99?)",
    r"(?P<m>99?)[-/. ](?P<y>9{4})",
    r"(?P<month>M)[-/., ']*(?P<y>9{4})",
    r"(?P<y>9{4})[-/., y]*(?P<month>M)",
    r"(?P<y>9{4}) ?y ?(?P<m>99?) ?m",
    r"m ?(?P<m>99?)[-/, ]+(?P<y>9{4})",
)
_BEFORE, _AFTER = r"(?:(?P<half>[AP]) ?)?", r"(?: ?(?P<late>[AP]))?"
_CLOCK = rf"(?P<hh>99?) ?[:.h] ?(?P<mi>99)(?:[:.](?P<ss>99)(?:[:.,](?P<ff>9{{1,9}}))?)?{_AFTER}"
_TIMES = (
    _BEFORE + _CLOCK,
    rf"{_BEFORE}(?P<hh>99?) ?h(?: ?(?P<mi>99?) ?i?(?: ?(?P<ss>99?) ?s)?)?{_AFTER}",
    r"(?P<hh>99?) ?(?P<late>[AP])",
)
_ZONE = r"(?P<zone> ?(?P<name>Z)?(?P<offset>(?P<sign>[+-])(?P<oh>99?)(?::?(?P<om>99))?)?(?: ?Z)?)"
_GAP = r"(?:\.? ?[T,:-] ?|\.? )"
_CLOCK_DIGITS = rf"T?(?P<hh>99)(?P<mi>99)(?P<ss>99)?(?:[.,](?P<ff>9{{1,9}}))?{_ZONE}"
_LIKE_ASCTIME = (
    rf"(?P<month>M) (?P<d>99?),? (?P<hh>99?):(?P<mi>99)(?::(?P<ss>99))?(?:{_AFTER}){_ZONE} (?P<y>9{{4}})",
    rf"(?P<d>99?) (?P<month>M) (?P<hh>99?):(?P<mi>99)(?::(?P<ss>99))?(?:{_AFTER}){_ZONE} (?P<y>9{{4}})",
)


def _layouts() -> Iterator[str]:
    for day in (*_DAYS, *_MONTHS):
        yield day
    for day in _DAYS:
        for time in _TIMES:
            yield f"{day}{_GAP}{time}{_ZONE}"
            yield f"{time}{_ZONE}{_GAP}{day}"
    yield _DAYS[2] + _CLOCK_DIGITS
    yield f"{_DAYS[0]}T{_CLOCK_DIGITS.removeprefix('T?')}"
    yield f"{_DAYS[0]} {_CLOCK_DIGITS.removeprefix('T?')}"
    yield f"{_DAYS[2]}{_ZONE}"
    yield f"{_DAYS[0]}{_ZONE}"
    yield from _LIKE_ASCTIME


_LONGEST = 90
_HAS_PARTS = re.compile(r"9[^9]+9|9{4}")
_LAYOUTS = tuple(re.compile(layout) for layout in _layouts())

PARTS = ("y", "m", "d", "hh", "mi", "ss", "ff", "sign", "oh", "om")
"""The parts of a moment that are cut out of a value."""


@dataclass(frozen=True)
class Recipe:
    """How values of one shape are read.

    Attributes:
        places: Where each part stands, as (first letter from 0, one after the last); `a`, `b`, `c` where the column has
            to tell which of day, month and year is which.
        month: The number of a month that is named.
        word: Where its name stands.
        half: `A` or `P` where the half of the day is told.
        half_place: Where it is told.
        zone: The time zone that is named.
        offset_at: Where zone and offset begin; None where there are none.
        shift: What is added to the year.
    """

    places: Mapping[str, tuple[int, int]]
    month: int = 0
    word: tuple[int, int] | None = None
    half: str = ""
    half_place: tuple[int, int] | None = None
    zone: str = ""
    offset_at: int | None = None
    shift: int = 0

    @property
    def needs_order(self) -> bool:
        """Whether the shape does not tell day, month and year apart."""
        return "a" in self.places

    @property
    def is_month(self) -> bool:
        """Whether no day is told."""
        return not self.needs_order and "d" not in self.places

    @property
    def has_offset(self) -> bool:
        """Whether the time is told with its distance from UTC, or its zone."""
        return self.offset_at is not None

    def ordered(self, order: Order) -> Mapping[str, tuple[int, int]]:
        """Where each part stands, once the order is known."""
        if not self.needs_order:
            return self.places
        named = dict(zip(order, (self.places[part] for part in "abc"), strict=True))
        return {**{name: place for name, place in self.places.items() if name not in "abc"}, **named}

    def year_in(self, example: str, order: Order | None) -> int:
        """The year of a value of the shape, as written; 0 where it has no four digits."""
        places = self.ordered(order or "dmy")
        start, end = places["y"]
        if order is None and self.needs_order:
            start, end = max((self.places[part] for part in "abc"), key=lambda place: place[1] - place[0])
        return int(example[start:end]) if end - start == 4 else 0


@lru_cache(maxsize=20_000)
def recipe_of(pattern: str) -> Recipe | None:
    """Understand a shape; None when it is no date."""
    if len(pattern) > _LONGEST or not _HAS_PARTS.search(pattern):
        return None
    for pieces in understood(pattern):
        signs = "".join(piece.sign for piece in pieces)
        for layout in _LAYOUTS:
            if match := layout.fullmatch(signs):
                return _recipe(match, pieces)
    return None


def _recipe(match: re.Match[str], pieces: Sequence[Piece]) -> Recipe:
    spans = {name: match.span(name) for name, text in match.groupdict().items() if text}
    places = {name: (pieces[start].start, pieces[end - 1].end) for name, (start, end) in spans.items()}

    def piece(name: str) -> Piece | None:
        return pieces[spans[name][0]] if name in spans else None

    month, half, zone, era = piece("month"), piece("half") or piece("late"), piece("name"), piece("era")
    named = [found.meaning.zone for found in (zone,) if found and found.meaning]
    parts = {name: place for name, place in places.items() if name in (*PARTS, *"abc")}
    is_minguo = "y" in places and places["y"][1] - places["y"][0] == 3
    return Recipe(
        places=parts,
        month=month.meaning.month if month and month.meaning else 0,
        word=(month.start, month.end) if month else None,
        half=half.sign if half else "",
        half_place=(half.start, half.end) if half else None,
        zone=named[0] if named and "offset" not in spans else "",
        offset_at=places["zone"][0] if "zone" in spans else None,
        shift=era.meaning.era if era and era.meaning else 1911 if is_minguo else 0,
    )
