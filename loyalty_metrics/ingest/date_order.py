"""Which of day, month and year stands first in dates such as 03/04/24: told by the whole column, or asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import get_args

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.date_shapes import Order, Recipe
from loyalty_metrics.ingest.shapes import shape
from loyalty_metrics.ingest.source import Source

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FORMATS: Mapping[Order, str] = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d"}
NAMES: Mapping[Order, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_DATE = r"\d+ ?[-/. ] ?\d+ ?[-/. ] ?\d+"
"""What stands before or behind it, such as the time of day, makes no other date."""
_ONLY = "as other readings are impossible"
_COUNTS = {2: "two", 3: "three"}

_EARLIEST = date(1990, 1, 1)
_PLAUSIBLE = 0.98
"""So many of a column's dates lie between 1990 and tomorrow, if they are read rightly."""
_STILL, _VARIED = 3, 10
"""Different values that a year has at most, and a day at least, for a column to show which of both it is."""
_AHEAD = 20
"""Years to come that two digits may mean."""


@dataclass(frozen=True)
class Parts:
    """Three numbers that are a date in some order, and the rows that have them.

    Attributes:
        a: The first number.
        b: The second.
        c: The third.
        is_long: Whether the third has four digits.
        rows: How many rows have it.
        line: The first of them.
        example: What is written there.
    """

    a: int
    b: int
    c: int
    is_long: bool
    rows: int
    line: int
    example: str

    def day(self, order: Order) -> date | None:
        """The day in an order; None where there is none."""
        named = dict(zip(order, (self.a, self.b, self.c), strict=True))
        year = named["y"] if self.is_long else full_year(named["y"])
        try:
            return date(year, named["m"], named["d"])
        except ValueError:
            return None

    def fits(self, order: Order) -> bool:
        """Whether it can be meant in an order: a 31st of June is one that a person mistyped."""
        named = dict(zip(order, (self.a, self.b, self.c), strict=True))
        is_year = named["y"] > 99 if self.is_long else named["y"] < 100
        return is_year and 1 <= named["m"] <= 12 and 1 <= named["d"] <= 31


@dataclass(frozen=True)
class Decision:
    """What a column says of its order.

    Attributes:
        order: The order, where it says one.
        why: Why it is that one.
        question: What to ask, where it does not.
        readings: The formats to choose from, each with what a real value is by it.
    """

    order: Order | None = None
    why: str = ""
    question: str | None = None
    readings: tuple[tuple[str, str], ...] = ()


def full_year(short: int) -> int:
    """The year that two digits mean: never one that is far in the future."""
    latest = latest_year()
    return latest - (latest - short) % 100


def latest_year() -> int:
    """The last year that two digits may mean."""
    return date.today().year + _AHEAD  # noqa: DTZ011 - the store's day, wherever it is


def parts_of(cursor: Cursor, source: Source, sql: str, shapes: Mapping[str, Recipe]) -> list[Parts]:
    """The different dates among the values of some shapes, whose parts are called `a`, `b` and `c`."""
    found = cursor.rows(
        f"""
        select cast(sum(rows) as bigint), min(line), arg_min(v, line)
        from (select {sql} as v, count(*) as rows, min({source.line_no}) as line from {source.relation} group by v)
        where v is not null group by regexp_extract(v, '{_DATE}') order by 2
        """,
        source.parameters,
    )
    return [
        Parts(*_cut(example, recipe), rows, line, example)
        for rows, line, example in found
        if (recipe := shapes.get(shape(example)))
    ]


def _cut(example: str, recipe: Recipe) -> tuple[int, int, int, bool]:
    a, b, c = (example[slice(*recipe.places[part])] for part in "abc")
    return int(a), int(b), int(c), len(c) == 4


def decide(parts: Sequence[Parts], years: Sequence[int], where: str) -> Decision:
    """Let all dates of a column say in which order they are written.

    Args:
        parts: The different dates.
        years: Years of other values of the column, which tell them with four digits.
        where: The beginning of a question: which column of which file.
    """
    orders: list[Order] = [order for order in get_args(Order) if any(item.fits(order) for item in parts)]
    known = [item for item in parts if any(item.fits(order) for order in orders)]
    possible = [order for order in orders if all(item.fits(order) for item in known)]
    if not known:
        return Decision(order="dmy")
    if not possible:
        return Decision(question=_mixed(known, where))
    if _is_settled(known, possible):
        return Decision(order=possible[0], why=_ONLY if len(possible) == 1 else "")
    tests = (
        (partial(_is_of, known, years), "as only so they are of the years of the other dates"),
        (partial(_is_plausible, known), "as other readings put dates before 1990 or after tomorrow"),
        (partial(_is_steady, known), "as the year is the part that hardly changes"),
    )
    for test, why in tests:
        possible = [order for order in possible if test(order)] or possible
        if _is_settled(known, possible):
            return Decision(order=possible[0], why=why)
    return _asked(known, possible, where)


def _is_settled(parts: Sequence[Parts], possible: Sequence[Order]) -> bool:
    """Whether all orders that are left give the same days."""
    return len({tuple(item.day(order) for item in parts) for order in possible}) == 1


def _is_of(parts: Sequence[Parts], years: Sequence[int], order: Order) -> bool:
    """Whether the dates are of the years of the others."""
    days = [item.day(order) for item in parts if not item.is_long]
    return not years or all(day is None or min(years) <= day.year <= max(years) for day in days)


def _is_plausible(parts: Sequence[Parts], order: Order) -> bool:
    """Whether nearly all dates lie between 1990 and tomorrow; a year of four digits is beyond doubt."""
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 - the store's day, wherever it is
    days = [(item.day(order), item.rows) for item in parts if not item.is_long]
    good = sum(rows for day, rows in days if day and _EARLIEST <= day <= tomorrow)
    return good >= _PLAUSIBLE * sum(rows for _, rows in days)


def _is_steady(parts: Sequence[Parts], order: Order) -> bool:
    """Whether the year has few values while the part that would else be the year has many."""
    if any(item.is_long for item in parts):
        return True
    first, last = len({item.a for item in parts}), len({item.c for item in parts})
    year, other = (first, last) if order == "ymd" else (last, first)
    return year <= _STILL and other >= _VARIED


def _mixed(parts: Sequence[Parts], where: str) -> str:
    """Name rows of each order that others contradict, of the rarer one first."""
    alone = {order: [item for item in parts if item.fits(order) and not _fits_other(item, order)] for order in FORMATS}
    found = sorted(((items, order) for order, items in alone.items() if items), key=lambda one: _rows(one[0]))
    told = "; ".join(
        f"{NAMES[order].replace(' ', '-')} {_rows(items):,} rows such as line {items[0].line:,} ({items[0].example})"
        for items, order in found
    )
    return (
        f"{where} mix {' and '.join(NAMES[order].replace(' ', '-') for order in FORMATS if alone[order])} ({told}); "
        "export them with one format, such as 2026-01-31."
    )


def _fits_other(item: Parts, order: Order) -> bool:
    return any(item.fits(other) for other in FORMATS if other != order)


def _rows(parts: Sequence[Parts]) -> int:
    return sum(item.rows for item in parts)


def _asked(parts: Sequence[Parts], possible: Sequence[Order], where: str) -> Decision:
    """Ask with the value that differs by most readings."""
    item = max(parts, key=lambda one: (len({one.day(order) for order in possible}), -one.line))
    readings = tuple((FORMATS[order], _worded(item, order)) for order in possible)
    seen = [reading for _, reading in readings]
    why = "no day is above 12" if "ymd" not in possible else "each of them can be the year"
    choices = [f"--date-format {FORMATS[order]} ({NAMES[order]})" for order in possible]
    question = (
        f"{where} can be read in {_COUNTS[len(possible)]} ways ({item.example} is {_either(seen)}), as {why}; "
        f"say which with {_either(choices)}."
    )
    return Decision(question=question, readings=readings)


def _either(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _worded(item: Parts, order: Order) -> str:
    day = item.day(order)
    if day is None:
        return "no date"
    return f"{day.day} {_MONTHS[day.month - 1]}" + ("" if item.is_long else f" {day.year}")
