"""Moments that are written as bare numbers: days since 1900 as spreadsheets count them, seconds since 1970, 202401.

Which of them a column has is told by the range in which its numbers lie; these do not overlap.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.shapes import Shape
from loyalty_metrics.ingest.source import Source

_NUMBER = re.compile(r"9{5}([.,]9*)?|9{9,19}([.,]9*)?")
_NUMBER_SQL = r"(\d{5}|\d{9,19})([.,]\d*)?"
_MOSTLY = 0.98
_YEARS_AHEAD = 10
_MAC = 1462
"""Days between the two beginnings of a spreadsheet's count, 1900 and 1904."""
_DAY = 86_400
_FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Scale:
    """One way to count time.

    Attributes:
        name: What `--date-format` calls it.
        told: What a number counts.
        first: Its first number that is plausible.
        last: Its last one.
        moment: SQL of the moment, with `{}` for the number.
        is_utc: Whether it counts from a moment that is the same everywhere.
    """

    name: str
    told: str
    first: float
    last: float
    moment: str
    is_utc: bool


def _scales() -> tuple[Scale, ...]:
    """All scales, with what is plausible today."""
    start = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
    end = datetime.now(UTC).timestamp() + _YEARS_AHEAD * 365.25 * _DAY
    since = f"timestamp '{_FIRST_DAY:%Y-%m-%d}'"
    unix = [
        Scale("unix", f"{unit} since 1970", start * per, end * per, f"make_timestamp(cast({sql} as bigint))", True)
        for unit, per, sql in (
            ("seconds", 1, "round({} * 1000000)"),
            ("milliseconds", 1_000, "round({} * 1000)"),
            ("microseconds", 1_000_000, "{}"),
            ("nanoseconds", 1_000_000_000, "{} // 1000"),
        )
    ]
    first, last = ((moment - _FIRST_DAY.timestamp()) / _DAY for moment in (-30 * 365.25 * _DAY, end))
    days = f"{since} + to_milliseconds(cast(round({{}} * {1000 * _DAY}) as bigint))"
    mac = f"{since} + to_milliseconds(cast(round(({{}} + {_MAC}) * {1000 * _DAY}) as bigint))"
    return (
        Scale("excel", "days since 1900, as spreadsheets count them", first, last, days, False),
        Scale("excel-1904", "days since 1904, as workbooks of old Macs count them", first, last, mac, False),
        *unix,
    )


@dataclass(frozen=True)
class NumberReading:
    """How the numbers of a column are read, and what is to be said of it."""

    scale: Scale
    note: str


def is_number(pattern: str) -> bool:
    """Whether a shape is that of a number that may count time."""
    return bool(_NUMBER.fullmatch(pattern))


def number_of(sql: str) -> str:
    """SQL of the number, NULL for other text."""
    return (
        f"(case when regexp_full_match({sql}, '{_NUMBER_SQL}') "
        f"then try_cast(replace({sql}, ',', '.') as decimal(30,9)) end)"
    )


def read_numbers(
    cursor: Cursor, source: Source, sql: str, shapes: Sequence[Shape], header: str, said: str | None
) -> NumberReading | None:
    """Find what the numbers of a column count; None when they count no time that is plausible."""
    if not shapes:
        return None
    scales = _scales()
    number = number_of(sql)
    counts = ", ".join(f"count(*) filter (n between {scale.first} and {scale.last})" for scale in scales)
    everything, most, *rows = cursor.row(
        f"select count(*), max(n), {counts} from (select {number} as n from {source.relation}) as numbers where n <> 0",
        source.parameters,
    )
    fitting = {scale: count for scale, count in zip(scales, rows, strict=True) if count >= _MOSTLY * everything > 0}
    named = [scale for scale in fitting if scale.name == said] or list(fitting)
    if not named:
        return None
    return NumberReading(named[0], _note(named[0], header, float(most), said))


def _note(scale: Scale, header: str, most: float, said: str | None) -> str:
    told = f'Numbers in column "{header}" are read as {scale.told}'
    if scale.name == "excel" and said is None and most + _MAC <= _today():
        return f"{told}; a workbook that counts from 1904 means days four years later: --date-format excel-1904."
    return f"{told}."


def _today() -> float:
    return (datetime.now(UTC) - _FIRST_DAY).total_seconds() / _DAY


def looks_like_moment(value: str) -> bool:
    """Whether a number may count time, if its header says that it does."""
    if not re.fullmatch(_NUMBER_SQL, value.strip()):
        return False
    number = float(value.strip().replace(",", "."))
    return any(scale.first <= number <= scale.last for scale in _scales())
