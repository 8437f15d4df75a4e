"""Dates in text: how a whole column is written, whatever the language and the order of day and month.

Every shape of the column is understood once (`date_shapes`); what a shape leaves open is told by all values together,
or asked. A column that settles nothing is a question for the analyst, never a guess.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused, QueryFailed
from loyalty_metrics.ingest.date_order import FORMATS as ORDER_FORMATS
from loyalty_metrics.ingest.date_order import NAMES, Decision, decide, parts_of
from loyalty_metrics.ingest.date_shapes import Order, Recipe, recipe_of
from loyalty_metrics.ingest.date_sql import DateReading, format_of, is_iso, spoken_sql
from loyalty_metrics.ingest.date_words import spoken
from loyalty_metrics.ingest.number_dates import is_number, looks_like_moment, read_numbers
from loyalty_metrics.ingest.shapes import MOST, Shape, shape
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.swapped_dates import SWAPPED, are_swapped, as_parts, swapped_back
from loyalty_metrics.ingest.swapped_dates import question as ask_swapped

_OTHER_DIGITS = "０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹๐๑๒๓๔๕๖๗๘๙०१२३४५६७८९"
_DIGITS = "0123456789" * (len(_OTHER_DIGITS) // 10)
_NARROW = str.maketrans(_OTHER_DIGITS, _DIGITS)

_BARE = {6: ("%Y%m", "%y%m%d", "%d%m%y", "%m%d%y"), 8: ("%Y%m%d", "%d%m%Y", "%m%d%Y")}
"""What six and eight digits may be."""
_EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 - the store's day, wherever it is
_PLAUSIBLE = 0.98
_MOST_FORMATS = 8
"""Above so many formats, cutting the parts out of values takes less than trying one format after the other."""
_FEW, _SOME = 2, 0.01
"""How many rows, and which part of all, must be written in a way that nobody reads before it is asked how."""
_ERA = 400
_LUNAR = range(1300, 1501)
"""Years as the Persian and the Islamic calendar count them today."""


def looks_like_date(value: str) -> bool:
    """Whether one value may be a date; eight bare digits only when they begin like a year of our time."""
    value = value.strip().translate(_NARROW)
    if value.isdecimal() and not re.match(r"(19|20)\d{6}$", value):
        return False
    recipe = recipe_of(shape(value))
    return recipe is not None and not recipe.is_month and _is_possible(recipe, value)


def may_be_date(value: str) -> bool:
    """Whether one value may be a date under a header that says it is: months and bare numbers, too."""
    value = value.strip().translate(_NARROW)
    recipe = recipe_of(shape(value))
    return (
        looks_like_moment(value)
        or (value.isdecimal() and len(value) in _BARE)
        or (recipe is not None and _is_possible(recipe, value))
    )


def _is_possible(recipe: Recipe, value: str) -> bool:
    """Whether no number of a value is too large for the part of the date that it would be."""
    most = {"m": 12, "d": 31, "hh": 24, "mi": 59, "ss": 60}
    numbers = {part: int(value[slice(*place)]) for part, place in recipe.places.items() if part in ("y", *most)}
    is_past = not recipe.shift or numbers["y"] + recipe.shift <= date.today().year  # noqa: DTZ011
    return is_past and all(numbers.get(part, 0) <= limit for part, limit in most.items())


def order_of(date_format: str | None) -> Order | None:
    """Read which part stands first from `%d/%m/%Y` or `dd/mm/yyyy`."""
    if not date_format:
        return None
    letters = [letter.lower() for letter in re.findall(r"%?([dDmMyYbB])", date_format.split("%H")[0])]
    seen = "".join(dict.fromkeys("m" if letter == "b" else letter for letter in letters))
    return next((order for order in ORDER_FORMATS if seen.startswith(order[:2])), None)


def read_dates(
    cursor: Cursor, source: Source, sql: str, shapes: Sequence[Shape], header: str, said: str | None
) -> DateReading:
    """Find how a whole column of text dates is read."""
    if said is None and 0 < len(shapes) < MOST and all(is_iso(item.pattern) for item in shapes):
        has_offset = any(recipe.has_offset for item in shapes if (recipe := recipe_of(item.pattern)))
        return _alien(DateReading(sql, has_offset=has_offset), source, shapes, header)
    sql, shapes = _tidied(sql, shapes)
    column = _Column(cursor, source, sql, shapes, header, said)
    return column.reading()


def _tidied(sql: str, shapes: Sequence[Shape]) -> tuple[str, list[Shape]]:
    """Write all digits as 0 to 9 and letters with their accents as one sign, where a column does otherwise."""
    patterns = "".join(item.pattern for item in shapes)
    if not unicodedata.is_normalized("NFC", patterns):
        sql = f"nfc_normalize({sql})"
    if not set(_OTHER_DIGITS).isdisjoint(patterns):
        sql = f"translate({sql}, '{_OTHER_DIGITS}', '{_DIGITS}')"
    merged: dict[str, Shape] = {}
    for item in shapes:
        example = unicodedata.normalize("NFC", item.example).translate(_NARROW)
        known = merged.get(shape(example), Shape("", 0, example))
        merged[shape(example)] = Shape(shape(example), known.rows + item.rows, min(known.example, example))
    return sql, list(merged.values())


class _Column:
    """One column of written dates, with what its shapes say."""

    def __init__(
        self, cursor: Cursor, source: Source, sql: str, shapes: Sequence[Shape], header: str, said: str | None
    ) -> None:
        self._cursor, self._source, self._sql, self._shapes = cursor, source, sql, shapes
        self._header, self._said = header, said
        self._explicit = said if said and "%" in said else None
        self._notes: list[str] = []
        self._where = f'{source.name}: the dates in column "{header}"'
        self._recipes = {item.pattern: recipe for item in shapes if (recipe := recipe_of(item.pattern))}

    def reading(self) -> DateReading:
        question = self._settle_bare() or self._settle_swapped()
        if question:
            return question
        order, decision = self._order()
        if decision.question:
            return DateReading(self._sql, question=decision.question, readings=decision.readings)
        rest = [item for item in self._shapes if item.pattern not in self._recipes]
        numbers = [item for item in rest if is_number(item.pattern)]
        counted = read_numbers(self._cursor, self._source, self._sql, numbers, self._header, self._said)
        self._notes += [counted.note] if counted else []
        unread = [item for item in rest if not (counted and item in numbers)]
        is_buddhist = self._is_buddhist(order)
        recipes, formats = self._means(order or "dmy", is_buddhist)
        explicit = self._explicit if self._needs_explicit(order) else None
        self._tell(decision)
        reading = DateReading(
            self._sql,
            formats=formats,
            recipes=recipes,
            order=order if any(recipe.needs_order for recipe in self._recipes.values()) else None,
            explicit=explicit,
            spoken=self._spoken() if explicit else "",
            scale=counted.scale if counted else None,
            has_offset=any(recipe.has_offset for recipe in self._recipes.values()),
            is_buddhist=is_buddhist,
            question=self._unreadable(unread),
            notes=tuple(self._notes),
        )
        return _alien(reading, self._source, self._shapes, self._header)

    def _order(self) -> tuple[Order | None, Decision]:
        """The order, as the analyst says or as the column does."""
        said = order_of(self._said)
        needing = {pattern: recipe for pattern, recipe in self._recipes.items() if recipe.needs_order}
        if said or not needing:
            return said, Decision(said)
        examples = {item.pattern: item.example for item in self._shapes}
        years = [
            year
            for pattern, recipe in self._recipes.items()
            if not recipe.needs_order and (year := recipe.year_in(examples[pattern], None))
        ]
        decision = decide(parts_of(self._cursor, self._source, self._sql, needing), years, self._where)
        return decision.order, decision

    def _settle_bare(self) -> DateReading | None:
        """Find what six or eight bare digits are; a reading with a question where they may be several things."""
        for length, formats in _BARE.items():
            pattern = "9" * length
            if not any(item.pattern == pattern for item in self._shapes):
                continue
            fitting = [self._explicit] if self._explicit in formats else self._fitting(length, formats)
            if len(fitting) > 1:
                return self._ask_bare(length, fitting)
            self._recipes.pop(pattern, None)
            if fitting or length == 8:
                self._recipes[pattern] = _bare_recipe((fitting or formats)[0])
        return None

    def _settle_swapped(self) -> DateReading | None:
        """Swap day and month back where a spreadsheet swapped them; a reading with a question where it may have."""
        real = as_parts(self._recipes)
        needing = {pattern: recipe for pattern, recipe in self._recipes.items() if recipe.needs_order}
        if self._said == SWAPPED:
            self._recipes = swapped_back(self._recipes)
            self._notes.append(f'Day and month of real dates in column "{self._header}" are swapped back, as you said.')
        if not real or not needing or self._said:
            return None
        found, texts = (parts_of(self._cursor, self._source, self._sql, shapes) for shapes in (real, needing))
        if not are_swapped(found, texts):
            return None
        sentence, readings = ask_swapped(found, texts, self._where)
        return DateReading(self._sql, question=sentence, readings=readings)

    def _bare_values(self, length: int) -> list[tuple[str, int]]:
        return self._cursor.rows(
            f"select {self._sql} as v, count(*) as rows from {self._source.relation} "
            rf"where regexp_full_match({self._sql}, '\d{{{length}}}') group by v order by v",
            self._source.parameters,
        )

    def _fitting(self, length: int, formats: Sequence[str]) -> list[str]:
        """The formats by which nearly all values are dates between 1990 and tomorrow; the first of 8 digits wins."""
        values = self._bare_values(length)
        rows = sum(count for _, count in values)
        fitting = [text for text in formats if sum(n for v, n in values if _is_plausible(v, text)) >= _PLAUSIBLE * rows]
        return fitting[:1] if fitting[:1] == ["%Y%m%d"] else fitting

    def _ask_bare(self, length: int, formats: Sequence[str]) -> DateReading:
        example = self._bare_values(length)[-1][0]
        readings = tuple((text, _worded(example, text)) for text in formats)
        ways = " or ".join(words for _, words in readings)
        choices = " or ".join(f"--date-format {text}" for text, _ in readings)
        question = f"{self._where} can be read in several ways ({example} is {ways}); say which with {choices}."
        return DateReading(self._sql, question=question, readings=readings)

    def _needs_explicit(self, order: Order | None) -> bool:
        """Whether the analyst's format says more than the order of parts."""
        if self._explicit is None or self._explicit in _BARE[6] + _BARE[8]:
            return False
        known = {format_of(pattern, recipe, order or "dmy") for pattern, recipe in self._recipes.items()}
        return known != {self._explicit} and not (
            self._explicit in ORDER_FORMATS.values() and len(self._recipes) == len(self._shapes)
        )

    def _spoken(self) -> str:
        """The value with English words, as formats know them."""
        try:
            self._cursor.value("select try_strptime('', $formats)", {"formats": [self._explicit]})
        except QueryFailed as error:
            raise ImportRefused(
                f"The date format {self._explicit!r} is not understood; write it such as %d.%m.%Y %H:%M."
            ) from error
        is_long = "%B" in (self._explicit or "")
        found: dict[str, str] = {}
        for item in self._shapes:
            found |= spoken(item.pattern, is_long)
        return spoken_sql(self._sql, {word: said for word, said in found.items() if word.lower() != said.lower()})

    def _is_buddhist(self, order: Order | None) -> bool:
        """Whether all years lie so far ahead that they are of the Buddhist Era."""
        years = [
            year
            for item in self._shapes
            if item.pattern in self._recipes and (year := self._recipes[item.pattern].year_in(item.example, order))
        ]
        found = bool(years) and min(years) > date.today().year + _ERA  # noqa: DTZ011
        if found:
            self._notes.append(
                f'Years in column "{self._header}" are of the Buddhist Era: {min(years)} is {min(years) - 543}.'
            )
        return found

    def _means(self, order: Order, is_buddhist: bool) -> tuple[Mapping[str, Recipe], tuple[str, ...]]:
        """By which recipes or formats values are read; by none where the database's own reader will do."""
        if 0 < len(self._shapes) < MOST and all(is_iso(item.pattern) for item in self._shapes):
            return {}, ()
        texts = {format_of(pattern, recipe, order) for pattern, recipe in self._recipes.items()}
        if is_buddhist or None in texts or len(texts) > _MOST_FORMATS:
            return self._recipes, ()
        # A two-digit year must be tried first: %Y would read 26 as the year 26.
        return {}, tuple(sorted((text for text in texts if text), key=lambda text: ("%Y" in text, text)))

    def _tell(self, decision: Decision) -> None:
        column = f'column "{self._header}"'
        if decision.order and any(recipe.needs_order for recipe in self._recipes.values()):
            how = "as you said" if order_of(self._said) else decision.why
            told = f"Dates in {column} are read {NAMES[decision.order]}"
            self._notes.append(f"{told}, {how}." if how else f"{told}.")
        if any(recipe.is_month for recipe in self._recipes.values()):
            self._notes.append(
                f"Dates in {column} are months without a day: they are loaded as the first of the month, "
                "so that days and weeks cannot be told."
            )
        if any(recipe.shift == 1911 for recipe in self._recipes.values()):
            self._notes.append(f"Years in {column} are of the Republic of China: 113 is 2024.")

    def _unreadable(self, unread: Sequence[Shape]) -> str | None:
        """Ask how dates are written that several rows have and nobody reads."""
        rows = sum(item.rows for item in self._shapes)
        strange = [item for item in unread if _is_like_a_date(item.pattern) or len(unread) == len(self._shapes)]
        count = sum(item.rows for item in strange)
        is_many = count >= max(_FEW, _SOME * rows) or (count == rows and count > 0)
        if self._explicit or not is_many:
            return None
        examples = " and ".join(f'"{item.example}"' for item in strange[:2])
        return (
            f"{self._where} cannot all be read: {count:,} of {rows:,} are written such as {examples}; "
            'say how with --date-format, such as --date-format "%d.%m.%Y %H:%M".'
        )


def _is_like_a_date(pattern: str) -> bool:
    """Whether a shape has several parts, or digits and a word, as dates do."""
    return len(re.findall("9+", pattern)) > 1 or bool(re.search(r"9.*[^\W\d_]{3}|[^\W\d_]{3}.*9", pattern))


def _alien(reading: DateReading, source: Source, shapes: Sequence[Shape], header: str) -> DateReading:
    """Refuse years of the Persian and the Islamic calendar."""
    recipes = [(recipe_of(item.pattern), item.example) for item in shapes]
    years = [year for recipe, example in recipes if recipe and (year := recipe.year_in(example, reading.order))]
    if not years or not all(year in _LUNAR for year in years):
        return reading
    return replace(
        reading,
        question=f'{source.name}: the dates in column "{header}" are of another calendar, of years such as {years[0]}; '
        "export them with Gregorian dates, such as 2026-01-31.",
    )


def _moment(value: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(value, text)  # noqa: DTZ007 - the store's day, wherever it is
    except ValueError:
        return None


def _is_plausible(value: str, text: str) -> bool:
    moment = _moment(value, text)
    return moment is not None and _EARLIEST <= moment <= datetime.now() + timedelta(days=1)  # noqa: DTZ005


def _worded(value: str, text: str) -> str:
    moment = _moment(value, text)
    if moment is None:
        return "no date"
    return f"{moment:%B %Y}" if "%d" not in text else f"{moment.day} {moment:%B %Y}"


def _bare_recipe(text: str) -> Recipe:
    """How digits without anything between them are read."""
    places, start = {}, 0
    for letter in re.findall("%(.)", text):
        end = start + (4 if letter == "Y" else 2)
        places[letter.lower()] = (start, end)
        start = end
    return Recipe(places)
