"""Moments that stand in several columns, a date and a time of day, a year and a month: offered as one column more."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from loyalty_metrics.database import literal, quote
from loyalty_metrics.ingest.date_words import headers_of, zones
from loyalty_metrics.ingest.dates import looks_like_date
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.schema import normalise_header

Samples = Mapping[str, Sequence[str]]

_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[AaPp][Mm])?")
_MIDNIGHT = re.compile(r" 00:00(:00(\.0+)?)?$")
_YEAR = re.compile(r"(19|20|21|25)\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]|[^\W\d_]{3,10}\.?|[\u0e00-\u0e7f.]+")
_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]")
_HOUR = re.compile(r"[01]?\d|2[0-3]")
_MINUTE = re.compile(r"[0-5]?\d")
_TIMES = {"time", "hora", "heure", "uhrzeit", "zeit", "gio", "saat", "时间", "时刻"}
_DATES = {"date", "fecha", "data", "datum", "ngay", "tarih", "日期", "day"}
_ZONES = {"time zone", "timezone", "zona horaria", "zeitzone", "fuseau horaire", "huso horario"}
_LINE = "joined line"
_ENOUGH = 0.8
_WEEK, _WEEKS = 7, 14
"""Many numbers of days that are all of a week are days of the week."""


def with_joined_columns(source: Source, samples: Samples) -> tuple[Source, Samples]:
    """Offer what stands in several columns as one more column each, before those of the file.

    Returns:
        The source with them, and their samples beside those of the file.
    """
    if not source.has_header:
        return source, samples
    joined = [*_dates_and_times(source.columns, samples), *_parts_of_dates(source.columns, samples)]
    if not joined:
        return source, samples
    cells = "".join(f", {sql} as {quote(column.name)}" for column, sql in joined)
    relation = f"(select *{cells}, {source.line_no} as {quote(_LINE)} from {source.relation}) as joined"
    columns = (*source.columns, *(column for column, _ in joined))
    shown = {column.name: _joined_samples(column, samples) for column, _ in joined}
    return replace(source, relation=relation, line_no=quote(_LINE), columns=columns), {**samples, **shown}


def settled(source: Source, offered: Source, matches: Mapping[str, Match]) -> tuple[Source, list[str]]:
    """The source an import reads: with joined columns only where one is taken; and what to say of them."""
    taken = [match.column for match in matches.values() if match.column.parts]
    if not taken:
        return source, []
    return replace(offered, columns=source.columns), [_told(column) for column in taken]


def _told(column: SourceColumn) -> str:
    read = column.parts if column.zone is None else column.parts[:2]
    parts = f"{', '.join(map(_quoted, read[:-1]))} and {_quoted(read[-1])}"
    if column.zone is None:
        return f"Columns {parts} are read as one moment."
    return f'Columns {parts} are read as one moment; times are of the zone in column "{column.parts[2]}".'


def _quoted(header: str) -> str:
    return f'"{header}"'


def _joined_samples(column: SourceColumn, samples: Samples) -> list[str]:
    """What the joined column may look like, of the first values of its parts."""
    found = [samples[part] for part in column.part_names]
    return [" ".join(_MIDNIGHT.sub("", value) for value in values) for values in zip(*found[:2], strict=False)]


def _dates_and_times(columns: Sequence[SourceColumn], samples: Samples) -> Iterator[tuple[SourceColumn, str]]:
    times = [column for column in columns if _mostly(samples[column.name], _is_time_of_day)]
    dates = [column for column in columns if _mostly(samples[column.name], _is_day)]
    zone = next((column for column in columns if normalise_header(column.header) in _ZONES), None)
    for time in times:
        date = _date_beside(time, dates, columns)
        if date is None:
            continue
        dates.remove(date)
        of_zone = _zone_sql(zone, samples[zone.name], time) if zone else None
        parts = [date, time, *([zone] if zone and of_zone else [])]
        column = SourceColumn(
            f"{date.header} + {time.header}",
            f"{date.name} + {time.name}",
            "VARCHAR",
            also=date.header,
            parts=tuple(part.header for part in parts),
            part_names=tuple(part.name for part in parts),
            zone=of_zone,
        )
        day = f"cast({date.sql} as date)" if date.type.startswith("TIMESTAMP") else date.sql
        yield column, f"{_text(day)} || coalesce(' ' || {_text(time.sql)}, '')"


def _date_beside(
    time: SourceColumn, dates: Sequence[SourceColumn], columns: Sequence[SourceColumn]
) -> SourceColumn | None:
    """The date that a time of day belongs to: the one called alike, else the one right before it."""
    called = _without(time.header, _TIMES)
    alike = [date for date in dates if called is not None and _without(date.header, _DATES) == called]
    before = columns[columns.index(time) - 1] if columns.index(time) else None
    return alike[0] if alike else before if before in dates else None


def _parts_of_dates(columns: Sequence[SourceColumn], samples: Samples) -> Iterator[tuple[SourceColumn, str]]:
    """A year and a month, with the day, the hour and the minute where the file has them."""
    years = _named(columns, samples, "year", _YEAR)
    months = _named(columns, samples, "month", _MONTH)
    days = _named(columns, samples, "day", _DAY)
    hours, minutes = _named(columns, samples, "hour", _HOUR), _named(columns, samples, "minute", _MINUTE)
    for called, month in months.items():
        if called not in years:
            continue
        day = days.get(called)
        if day is not None and _is_weekday(samples[day.name]):
            day = None
        hour = hours.get(called) if day else None
        minute = minutes.get(called) if hour else None
        parts = [part for part in (years[called], month, day, hour, minute) if part]
        column = SourceColumn(
            " + ".join(part.header for part in parts),
            " + ".join(part.name for part in parts),
            "VARCHAR",
            also=f"{called} date".strip() if called.isascii() else f"{called}日",
            parts=tuple(part.header for part in parts),
            part_names=tuple(part.name for part in parts),
        )
        is_named = any(value[:1].isalpha() for value in samples[month.name])
        yield column, _joined_sql([_number(part) for part in parts], is_named)


def _named(
    columns: Sequence[SourceColumn], samples: Samples, part: str, values: re.Pattern[str]
) -> dict[str, SourceColumn]:
    """The columns that hold one part of a date, by what they are the part of."""
    found: dict[str, SourceColumn] = {}
    for column in columns:
        called = _without(column.header, headers_of(part))
        if called is not None and _mostly(samples[column.name], values.fullmatch):
            found.setdefault(called, column)
    return found


def _is_weekday(sample: Sequence[str]) -> bool:
    """Whether days are counted in the week, not in the month."""
    return len(sample) > _WEEKS and all(float(value) <= _WEEK for value in sample if value.strip().isdecimal())


def _number(column: SourceColumn) -> str:
    return rf"regexp_replace({_text(column.sql)}, '\.0$', '')"


def _joined_sql(parts: Sequence[str], is_named: bool) -> str:
    """SQL of the parts, written as one date."""
    year, month, *rest = parts
    day, hour, minute = (rest[place] if place < len(rest) else None for place in range(3))
    if is_named:
        date = f"{day} || ' ' || {month} || ' ' || {year}" if day else f"{month} || ' ' || {year}"
    else:
        date = " || '-' || ".join([year, *(f"lpad({part}, 2, '0')" for part in (month, day) if part)])
    if hour is None:
        return date
    time = f"lpad({hour}, 2, '0') || ':' || " + (f"lpad({minute}, 2, '0')" if minute else "'00'")
    return f"{date} || coalesce(' ' || {time}, '')"


def _without(header: str, words: Collection[str]) -> str | None:
    """What a header says beside one of the words; None when it says none of them."""
    said = normalise_header(header)
    for word in sorted(words, key=len, reverse=True):
        if f" {word} " in f" {said} ":
            return " ".join(f" {said} ".replace(f" {word} ", " ", 1).split())
        if not word.isascii() and " " not in said and said.endswith(word):
            return said.removesuffix(word)
    return None


def _mostly(sample: Sequence[str], test: Callable[[str], object]) -> bool:
    fitting = sum(bool(test(re.sub(r"\.0$", "", value.strip()))) for value in sample)
    return bool(sample) and fitting >= _ENOUGH * len(sample)


def _is_time_of_day(value: str) -> bool:
    return bool(_TIME_OF_DAY.fullmatch(value))


def _is_day(value: str) -> bool:
    day = _MIDNIGHT.sub("", value)
    return ":" not in day and looks_like_date(day)


def _text(sql: str) -> str:
    return f"nullif(trim(cast({sql} as varchar)), '')"


def _zone_sql(column: SourceColumn, sample: Sequence[str], time: SourceColumn) -> str | None:
    """SQL of the zone of a row that has a time of day; None when the column names a zone that is not known."""
    if not sample or not {value.strip() for value in sample} <= zones().keys():
        return None
    whens = " ".join(f"when {literal(name)} then {literal(zone)}" for name, zone in zones().items())
    return f"(case when {_text(time.sql)} is not null then case {_text(column.sql)} {whens} end end)"
