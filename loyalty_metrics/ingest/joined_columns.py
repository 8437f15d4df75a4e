"""Moments that stand in several columns, a date and a time of day, a year and a month: offered as one column more."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from loyalty_metrics.database import literal, quote
from loyalty_metrics.ingest.dates import looks_like_date
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.schema import normalise_header

Samples = Mapping[str, Sequence[str]]

_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[AaPp][Mm])?")
_MIDNIGHT = re.compile(r" 00:00(:00(\.0+)?)?$")
_YEAR = re.compile(r"(19|20|21)\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]|[A-Za-z]{3,9}")
_YEARS = {"year", "año", "ano", "annee", "jahr", "nam", "yil", "年", "年份"}
_MONTHS = {"month", "mes", "mois", "monat", "thang", "ay", "月", "月份"}
_TIMES = {"time", "hora", "heure", "uhrzeit", "zeit", "gio", "saat", "时间", "时刻"}
_DATES = {"date", "fecha", "data", "datum", "ngay", "tarih", "日期", "day"}
_ZONES = {"time zone", "timezone", "zona horaria", "zeitzone", "fuseau horaire", "huso horario"}
_LINE = "joined line"
_ENOUGH = 0.8


def with_joined_columns(source: Source, samples: Samples) -> tuple[Source, Samples]:
    """Offer what stands in several columns as one more column each, before those of the file.

    Returns:
        The source with them, and their samples beside those of the file.
    """
    if not source.has_header:
        return source, samples
    joined = [*_dates_and_times(source.columns, samples), *_years_and_months(source.columns, samples)]
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
    parts = " and ".join(f'"{part}"' for part in column.parts[:2])
    if column.zone is None:
        return f"Columns {parts} are read as one moment."
    return f'Columns {parts} are read as one moment; times are of the zone in column "{column.parts[2]}".'


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


def _years_and_months(columns: Sequence[SourceColumn], samples: Samples) -> Iterator[tuple[SourceColumn, str]]:
    years = {_without(c.header, _YEARS): c for c in columns if _mostly(samples[c.name], _YEAR.fullmatch)}
    for month in columns:
        called = _without(month.header, _MONTHS)
        year = years.get(called)
        if called is None or year is None or not _mostly(samples[month.name], _MONTH.fullmatch):
            continue
        column = SourceColumn(
            f"{year.header} + {month.header}",
            f"{year.name} + {month.name}",
            "VARCHAR",
            also=f"{called} date".strip(),
            parts=(year.header, month.header),
            part_names=(year.name, month.name),
        )
        y, m = (rf"regexp_replace({_text(part.sql)}, '\.0$', '')" for part in (year, month))
        named = any(value[:1].isalpha() for value in samples[month.name])
        yield column, f"'1 ' || {m} || ' ' || {y}" if named else f"{y} || '-' || lpad({m}, 2, '0') || '-01'"


def _without(header: str, words: set[str]) -> str | None:
    """What a header says beside one of the words; None when it says none of them."""
    said = normalise_header(header).split()
    rest = [word for word in said if word not in words]
    return " ".join(rest) if len(rest) == len(said) - 1 else None


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


@cache
def _zones() -> Mapping[str, str]:
    path = Path(__file__).parent.parent / "rules" / "time_zones.toml"
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: zone for section in found.values() for name, zone in section.items()}


def _zone_sql(column: SourceColumn, sample: Sequence[str], time: SourceColumn) -> str | None:
    """SQL of the zone of a row that has a time of day; None when the column names a zone that is not known."""
    if not sample or not {value.strip() for value in sample} <= _zones().keys():
        return None
    whens = " ".join(f"when {literal(name)} then {literal(zone)}" for name, zone in _zones().items())
    return f"(case when {_text(time.sql)} is not null then case {_text(column.sql)} {whens} end end)"
