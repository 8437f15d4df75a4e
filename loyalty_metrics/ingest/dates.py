"""Dates in text: which formats a column has, and whether day or month stands first.

The order is decided by the whole column, since a day above 12 settles it. A column that settles nothing is a question
for the analyst, never a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.shapes import MOST, Shape, shape
from loyalty_metrics.ingest.source import Source

Order = Literal["dmy", "mdy", "ymd"]

_TIME = re.compile(
    r"(?P<gap>T|[ ,]+)99?:99(?P<s>:99)?(?P<f>[.,]9{1,9})?(?P<half> ?[AaPp][Mm])?"
    r"(?P<offset> ?(Z|UTC|GMT|[+-]99:?99))?$"
)
_YEAR_FIRST = re.compile(r"9999(?P<sep>[-/.])99?(?P=sep)99?$")
_DAY_AND_MONTH = re.compile(r"99?(?P<sep>[-/. ])99?(?P=sep)(?P<year>9999|99)$")
_COMPACT = re.compile(r"9{8}$")
_HAN = re.compile(r"9999年99?月99?日$")
_MONTH = r"(?P<month>[A-Za-z]{3,9})"
_DAY_NAMED = re.compile(rf"99?(?P<a>[- /.]+){_MONTH}(?P<b>[- /.,]+)(?P<year>9999|99)$")
_NAMED_DAY = re.compile(rf"{_MONTH}(?P<a>[- .]+)99?(?P<b>[- ,]+)(?P<year>9999|99)$")
_MONTHS = re.findall(r"\w+", "January February March April May June July August September October November December")

OFFSET = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True)
class Format:
    """How values of one shape are read: a strptime format, and what must be known beside it."""

    text: str
    needs_order: bool = False
    has_offset: bool = False


@dataclass(frozen=True)
class DateReading:
    """How a column of text dates is read.

    Attributes:
        formats: strptime formats; empty when the database's own reader of ISO dates will do.
        order: Which of day, month and year stands first, where the column had to tell.
        has_offset: Whether values end in an offset from UTC.
        question: The sentence to ask, when the column can be read in two ways.
        readings: The formats to choose from, each with what a real value is by it.
    """

    formats: tuple[str, ...] = ()
    order: Order | None = None
    has_offset: bool = False
    question: str | None = None
    readings: tuple[tuple[str, str], ...] = ()


def format_of(pattern: str, order: Order = "dmy") -> Format | None:
    """Find the format of a shape; None when it is no date."""
    time = _TIME.search(pattern)
    day = pattern[: time.start()] if time else pattern
    found = _day_format(day, order)
    if found is None or time is None:
        return found
    return Format(found.text + _time_format(time), found.needs_order, bool(time["offset"]))


def _day_format(day: str, order: Order) -> Format | None:
    if match := _YEAR_FIRST.match(day):
        return Format(f"%Y{match['sep']}%m{match['sep']}%d")
    if match := _DAY_AND_MONTH.match(day):
        year = "%Y" if len(match["year"]) == 4 else "%y"
        parts = {"d": "%d", "m": "%m", "y": year}
        return Format(match["sep"].join(parts[letter] for letter in order), needs_order=True)
    if _COMPACT.match(day):
        return Format("%Y%m%d")
    if _HAN.match(day):
        return Format("%Y年%m月%d日")
    if match := _DAY_NAMED.match(day) or _NAMED_DAY.match(day):
        return _named_format(match)
    return None


def _named_format(match: re.Match[str]) -> Format | None:
    name = match["month"].lower()
    months = [month for month in _MONTHS if name in (month.lower(), month[:3].lower())]
    if not months:
        return None
    month = "%b" if len(name) == 3 else "%B"
    year = "%Y" if len(match["year"]) == 4 else "%y"
    first, second = ("%d", month) if match.re is _DAY_NAMED else (month, "%d")
    return Format(first + match["a"] + second + match["b"] + year)


def _time_format(time: re.Match[str]) -> str:
    half = time["half"] or ""
    hours = "%I" if half else "%H"
    seconds = ":%S" if time["s"] else ""
    fraction = f"{time['f'][0]}%f" if time["f"] else ""
    return f"{time['gap']}{hours}:%M{seconds}{fraction}" + (half[:-2] + "%p" if half else "")


def looks_like_date(value: str) -> bool:
    """Whether one value may be a date; eight bare digits only when they begin like a year of our time."""
    value = value.strip()
    if value.isdecimal() and not re.match(r"(19|20)\d{6}$", value):
        return False
    return format_of(shape(value)) is not None


def order_of(date_format: str | None) -> Order | None:
    """Read which part stands first from `%d/%m/%Y` or `dd/mm/yyyy`."""
    if not date_format:
        return None
    letters = [letter.lower() for letter in re.findall(r"%?([dDmMyYbB])", date_format)]
    seen = "".join(dict.fromkeys("m" if letter == "b" else letter for letter in letters))
    return next((order for order in ("dmy", "mdy", "ymd") if seen.startswith(order[:2])), None)


def read_dates(
    cursor: Cursor, source: Source, sql: str, shapes: Sequence[Shape], header: str, date_format: str | None
) -> DateReading:
    """Find how a whole column of text dates is read."""
    known = [(found, item) for item in shapes if (found := format_of(item.pattern))]
    has_offset = any(found.has_offset for found, _ in known)
    needing = [item for found, item in known if found.needs_order]
    explicit = (date_format,) if date_format and "%" in date_format else ()
    order = order_of(date_format)
    if needing and order is None:
        decided = _decide_order(cursor, source, sql, header)
        if decided.question:
            return decided
        order = decided.order
    if not explicit and 0 < len(shapes) < MOST and all(_is_iso(item.pattern) for item in shapes):
        return DateReading(has_offset=has_offset)
    texts = dict.fromkeys(found.text for _, item in known if (found := format_of(item.pattern, order or "dmy")))
    # A two-digit year must be tried first: %Y would read 26 as the year 26.
    formats = sorted((*explicit, *texts), key=lambda text: "%Y" in text)
    return DateReading(tuple(formats), order, has_offset)


def _is_iso(pattern: str) -> bool:
    found = format_of(pattern)
    return found is not None and found.text.startswith(("%Y-", "%Y/")) and "%I" not in found.text and "," not in pattern


def _decide_order(cursor: Cursor, source: Source, sql: str, header: str) -> DateReading:
    """Let the days above 12 of the whole column tell the order."""
    first, second, differs, example = cursor.row(
        rf"""
        select max(a), max(b), count(*) filter (a <> b), min(v) filter (a <> b and a <= 12 and b <= 12)
        from (
            select {sql} as v,
                try_cast(regexp_extract({sql}, '^(\d{{1,2}})[-/. ]\d{{1,2}}[-/. ]', 1) as integer) as a,
                try_cast(regexp_extract({sql}, '^\d{{1,2}}[-/. ](\d{{1,2}})[-/. ]', 1) as integer) as b
            from {source.relation}
        ) as parts
        """,
        source.parameters,
    )
    where = f'{source.name}: the dates in column "{header}"'
    if first > 31:
        return DateReading(order="ymd")
    if first > 12 and second > 12:
        return DateReading(
            question=f"{where} mix day-first and month-first; export them with one format, such as 2026-01-31."
        )
    if first > 12 or second > 12 or not differs:
        return DateReading(order="mdy" if second > 12 else "dmy")
    readings = _both_dates(example)
    (_, one), (_, other) = readings
    question = (
        f"{where} can be read in two ways ({example} is {one} or {other}), as no day is above 12; "
        "say which with --date-format %d/%m/%Y (day first) or --date-format %m/%d/%Y (month first)."
    )
    return DateReading(question=question, readings=readings)


def _both_dates(example: str) -> tuple[tuple[str, str], ...]:
    """What a date such as `03/04/2026` is with the day and with the month first, as (format, words)."""
    a, b = (int(part) for part in re.findall(r"\d+", example)[:2])
    return ("%d/%m/%Y", f"{a} {_MONTHS[b - 1]}"), ("%m/%d/%Y", f"{b} {_MONTHS[a - 1]}")


def date_sql(sql: str, reading: DateReading, formats: str, time_zone: str | None) -> str:
    """SQL that turns text into a timestamp, NULL where it cannot be read.

    Args:
        sql: The text, trimmed.
        reading: How the column is read.
        formats: Name of the parameter that holds the formats.
        time_zone: Name of the parameter that holds the store's zone; None keeps the written time of day.
    """
    wall = f"regexp_replace({sql}, '{OFFSET}', '')" if reading.has_offset else sql
    moment = f"try_strptime({wall}, ${formats})" if reading.formats else f"try_cast({wall} as timestamp)"
    moment = f"cast({moment} as timestamp)"
    if not reading.has_offset or time_zone is None:
        return moment
    offset = f"regexp_extract({sql}, '{OFFSET}', 1)"
    minutes = (
        f"(case when {offset}[1] in ('+', '-') then cast({offset}[1:3] as integer) * 60 "
        f"+ cast({offset}[1] || {offset}[-2:] as integer) else 0 end)"
    )
    absolute = f"timezone(${time_zone}, timezone('UTC', {moment} - to_minutes({minutes})))"
    return f"(case when {offset} = '' then {moment} else {absolute} end)"
