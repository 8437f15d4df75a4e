"""SQL that reads written dates: by the database's own reader, by formats, or by cutting the parts out of each value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loyalty_metrics.database import literal
from loyalty_metrics.ingest.date_order import latest_year
from loyalty_metrics.ingest.date_shapes import PARTS, Order, Recipe
from loyalty_metrics.ingest.date_words import english
from loyalty_metrics.ingest.number_dates import Scale, number_of

OFFSET = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$"

_ISO = re.compile(r"9999(?:-99?-99?|/99?/99?)(?:(?:T| +)99?:99(?::99(?:\.9{1,9})?)?)?(?: ?(?:Z|UTC|GMT|[+-]99:?99))?")
_PLAIN_OFFSET = re.compile(r" ?(Z|UTC|GMT|[+-]99:?99)")
_CODES = {"m": "%m", "d": "%d", "mi": "%M", "ss": "%S", "ff": "%f"}
_MICROSECONDS = 6
_ERA = 543
_FAR = 400
"""Years that lie so far ahead are of the Buddhist Era, which began 543 years before ours."""


@dataclass(frozen=True)
class DateReading:
    """How a column of written dates is read.

    Attributes:
        value: SQL of the text, tidied.
        formats: strptime formats that read all shapes; none where the database's own reader of ISO dates will do.
        recipes: Where formats cannot read all shapes: how each is read.
        order: Which of day, month and year stands first, where the column had to tell.
        explicit: The format that the analyst named, which is tried first.
        spoken: The value with the months in English, for that format.
        scale: What bare numbers count.
        has_offset: Whether values tell their distance from UTC.
        is_buddhist: Whether years are of the Buddhist Era.
        question: The sentence to ask, when the column can be read in several ways or in none.
        readings: The formats to choose from, each with what a real value is by it.
        notes: What was inferred.
    """

    value: str
    formats: tuple[str, ...] = ()
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    order: Order | None = None
    explicit: str | None = None
    spoken: str = ""
    scale: Scale | None = None
    has_offset: bool = False
    is_buddhist: bool = False
    question: str | None = None
    readings: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def parameters(self, name: str) -> dict[str, Any]:
        """The values that the SQL needs, for a column whose parameters begin with a name."""
        cuts = [_cuts(recipe, self.order or "dmy") for recipe in self.recipes.values()]
        return {
            f"{name}_formats": list(self.formats),
            f"{name}_explicit": [self.explicit],
            f"{name}_shapes": list(self.recipes),
            f"{name}_cuts": cuts,
            f"{name}_zones": [recipe.zone or "UTC" for recipe in self.recipes.values()],
        }

    def sql(self, name: str, time_zone: str | None) -> str:
        """SQL of the timestamp, NULL where it cannot be read.

        Args:
            name: What the names of the parameters begin with.
            time_zone: Name of the parameter that holds the store's zone; None keeps the written time of day.
        """
        moment = self._cut(name, time_zone) if self.recipes else self._parsed(name, time_zone)
        if self.scale:
            number = self.scale.moment.format(number_of(self.value))
            if self.scale.is_utc and time_zone:
                number = f"timezone(${time_zone}, timezone('UTC', {number}))"
            moment = f"coalesce({number}, {moment})"
        if self.explicit:
            said = _in_century(f"cast(try_strptime({self.spoken}, ${name}_explicit) as timestamp)", self.explicit)
            # A year of two digits is no year of the first century, as %Y would have it.
            said = f"(case when {said} >= timestamp '0100-01-01' then {said} end)"
            moment = f"coalesce({said}, {moment})"
        return moment

    def _parsed(self, name: str, time_zone: str | None) -> str:
        wall = f"regexp_replace({self.value}, '{OFFSET}', '')" if self.has_offset else self.value
        moment = f"try_cast({wall} as timestamp)"
        if self.formats:
            moment = _in_century(f"cast(try_strptime({wall}, ${name}_formats) as timestamp)", *self.formats)
        if any("%H" in text for text in self.formats):
            # Formats know no 24:00, the end of a day.
            end = moment.replace(wall, f"replace({wall}, '24:00', '00:00')") + " + interval 1 day"
            moment = f"coalesce({moment}, case when contains({wall}, '24:00') then {end} end)"
        if not self.has_offset or time_zone is None:
            return moment
        offset = f"regexp_extract({self.value}, '{OFFSET}', 1)"
        minutes = (
            f"(case when {offset}[1] in ('+', '-') then cast({offset}[1:3] as integer) * 60 "
            f"+ cast({offset}[1] || {offset}[-2:] as integer) else 0 end)"
        )
        return f"(case when {offset} = '' then {moment} else {_moved(moment, minutes, time_zone)} end)"

    def _cut(self, name: str, time_zone: str | None) -> str:
        pattern = f"translate({self.value}, '012345678', '999999999')"
        cut = f"map(${name}_shapes, ${name}_cuts)[{pattern}]"
        part = {
            part: f"substring({self.value}, {cut}[{2 * i + 1}], {cut}[{2 * i + 2}])" for i, part in enumerate(PARTS)
        }
        month, half, shift, is_dated = (f"{cut}[{2 * len(PARTS) + i}]" for i in (1, 2, 3, 4))
        number = {key: f"coalesce(try_cast({sql} as integer), 0)" for key, sql in part.items()}
        hour = f"case when {half} = 0 then {number['hh']} else {number['hh']} % 12 + 12 * ({half} - 1) end"
        text = (
            f"{self._year(part['y'], number['y'], shift)} || '-' || coalesce({month}, {number['m']}) || '-' || "
            f"coalesce(nullif({part['d']}, ''), '1') || ' ' || ({hour}) || ':' || {_filled(part['mi'])} || ':' || "
            f"{_filled(part['ss'])} || '.' || {_filled(part['ff'])}"
        )
        moment = f"try_cast({text} as timestamp)"
        if not self.has_offset or time_zone is None:
            return moment
        minutes = f"(cast({part['sign']} || '1' as integer) * ({number['oh']} * 60 + {number['om']}))"
        zone = f"map(${name}_shapes, ${name}_zones)[{pattern}]"
        named = f"timezone(${time_zone}, timezone({zone}, {moment}))"
        return (
            f"(case when {is_dated} = 0 then {moment} when {part['sign']} = '' then {named} "
            f"else {_moved(moment, minutes, time_zone)} end)"
        )

    def _year(self, text: str, number: str, shift: str) -> str:
        latest = latest_year()
        of_two = f"{latest} - ({latest} - {number}) % 100"
        year = f"case when length({text}) = 2 and {shift} = 0 then {of_two} else {number} + {shift} end"
        if self.is_buddhist:
            far = date.today().year + _FAR  # noqa: DTZ011 - the store's day, wherever it is
            year = f"{year} - case when {number} > {far} then {_ERA} else 0 end"
        return f"({year})"


def _filled(sql: str) -> str:
    return f"coalesce(nullif({sql}, ''), '00')"


def _moved(moment: str, minutes: str, time_zone: str) -> str:
    return f"timezone(${time_zone}, timezone('UTC', {moment} - to_minutes({minutes})))"


def _in_century(moment: str, *formats: str) -> str:
    """SQL of a moment whose year of two digits may have been taken for one far in the future."""
    if not any("%y" in text for text in formats):
        return moment
    latest = f"timestamp '{latest_year()}-12-31 23:59:59'"
    return f"(case when {moment} > {latest} then {moment} - interval 100 years else {moment} end)"


def _cuts(recipe: Recipe, order: Order) -> list[int | None]:
    places = recipe.ordered(order)
    cuts: list[int | None] = []
    for part in PARTS:
        start, end = places.get(part, (0, 0))
        cuts += [start + 1, min(end - start, _MICROSECONDS)]
    return [*cuts, recipe.month or None, " AP".index(recipe.half or " "), recipe.shift, int(recipe.has_offset)]


def is_iso(pattern: str) -> bool:
    """Whether the database's own reader of dates reads a shape."""
    return bool(_ISO.fullmatch(pattern))


def format_of(pattern: str, recipe: Recipe, order: Order) -> str | None:
    """The strptime format of a shape; None where none can be written."""
    if recipe.shift or (recipe.has_offset and not _PLAIN_OFFSET.fullmatch(pattern[recipe.offset_at :])):
        return None
    places: dict[tuple[int, int], str] = {}
    for name, (start, end) in recipe.ordered(order).items():
        if name == "y":
            places[start, end] = "%Y" if end - start == 4 else "%y"
        elif name == "hh":
            places[start, end] = "%I" if recipe.half else "%H"
        elif name in _CODES:
            places[start, end] = _CODES[name]
        if name == "ff" and end - start > _MICROSECONDS:
            return None
    if recipe.word:
        code = _month_code(pattern[slice(*recipe.word)], recipe.month)
        if code is None:
            return None
        places[recipe.word] = code
    if recipe.half_place:
        if pattern[slice(*recipe.half_place)].lower() not in ("am", "pm"):
            return None
        places[recipe.half_place] = "%p"
    text = _joined(pattern[: recipe.offset_at], places)
    return text if not re.search(r"(?<!%)[A-SU-Za-z%9]", re.sub("%[A-Za-z]", "", text)) else None


def _month_code(word: str, month: int) -> str | None:
    name = english(month)
    if word.lower() == name[:3].lower():
        return "%b"
    return "%B" if word.lower() == name.lower() else None


def _joined(pattern: str, places: Mapping[tuple[int, int], str]) -> str:
    text, done = "", 0
    for (start, end), code in sorted(places.items()):
        text += pattern[done:start] + code
        done = end
    return text + pattern[done:]


def spoken_sql(sql: str, spoken: Mapping[str, str]) -> str:
    """SQL of the value with words replaced, longest first."""
    for word in sorted(spoken, key=len, reverse=True):
        sql = f"replace({sql}, {literal(word)}, {literal(spoken[word])})"
    return sql
