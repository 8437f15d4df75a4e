"""Dates as exports write them: any language and order, counted in days or seconds, cut into columns, or asked."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect, stage
from loyalty_metrics.ingest.date_order import Parts, decide, full_year
from loyalty_metrics.ingest.date_shapes import recipe_of
from loyalty_metrics.ingest.dates import looks_like_date
from loyalty_metrics.ingest.shapes import shape

CASES = Path(__file__).parents[1] / "cases"
JANUARY, MORNING = datetime(2024, 1, 15), datetime(2024, 1, 15, 10, 30)

FILES = {
    "buddhist": (JANUARY, datetime(2024, 2, 16)),
    "chinese_ampm": (MORNING, datetime(2024, 2, 16, 15, 30)),
    "compact": (MORNING, datetime(2024, 2, 16, 10, 30)),
    "epoch_ms": (datetime(2024, 1, 15, 10), datetime(2024, 2, 15, 12, 26, 40)),
    "excel_serial": (datetime(2024, 1, 15, 12), datetime(2024, 2, 15)),
    "french": (JANUARY, datetime(2024, 2, 16)),
    "german": (JANUARY, datetime(2024, 3, 16)),
    "korean": (MORNING, datetime(2024, 2, 16, 10, 30)),
    "ordinal": (JANUARY, datetime(2024, 2, 16)),
    "rfc2822": (datetime(2024, 1, 15, 10), datetime(2024, 2, 16, 10)),
    "sas": (datetime(2024, 1, 15, 10), datetime(2024, 2, 16, 10)),
    "spanish_ampm": (MORNING, datetime(2024, 2, 16, 15, 30)),
    "weekday": (datetime(2024, 1, 15, 10), datetime(2024, 2, 16, 10)),
    "year_month": (datetime(2024, 1, 1), datetime(2024, 2, 1)),
}


def moments(cursor: Cursor) -> list[datetime]:
    return [moment for (moment,) in cursor.rows("select ordered_at from staged order by line_no")]


def orders(*written: str, header: str = "Order Date") -> str:
    rows = "".join(f"{n}|C{n}|{text}|10\n" for n, text in enumerate(written, 1))
    return f"Order ID|Customer ID|{header}|Total\n{rows}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_such_dates(cursor: Cursor, name: str) -> None:
    report = stage(cursor, CASES / "27-dates-not-read" / f"{name}.csv", ImportOptions())
    assert moments(cursor) == list(FILES[name])
    assert report.set_aside == 0
    if name == "year_month":
        assert any("months without a day" in note for note in report.notes)


def test_months_of_one_language_come_in_all_or_none(cursor: Cursor) -> None:
    stage(cursor, CASES / "27-dates-not-read" / "spanish_part.csv", ImportOptions())
    assert [moment.month for moment in moments(cursor)] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 12]


def test_the_year_first_in_two_digits(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "07-year-first-two-digits" / "yy.csv", ImportOptions())
    assert moments(cursor) == [datetime(2024, 1, 3) + timedelta(weeks=n) for n in range(20)]
    (note,) = (note for note in report.notes if "year first" in note)
    assert "impossible" not in note


def test_a_column_for_the_day(cursor: Cursor) -> None:
    stage(cursor, CASES / "14-day-column-dropped" / "parts.csv", ImportOptions())
    assert moments(cursor) == [JANUARY, datetime(2024, 1, 31), datetime(2024, 2, 28)]


WRITTEN = {
    "15 de enero de 2024": JANUARY,
    "15. Januar 2024": JANUARY,
    "1er février 2024": datetime(2024, 2, 1),
    "lundi 15 janvier 2024": JANUARY,
    "Mon Jan 15 2024 10:30:00 GMT+0100 (Central European Standard Time)": MORNING,
    "Mon Jan 15 10:30:00 CET 2024": MORNING,
    "15/Jan/2024:10:30:00 +0000": MORNING,
    "15th January 2024": JANUARY,
    "15JAN2024": JANUARY,
    "20240115T103000Z": MORNING,
    "20240115 10:30": MORNING,
    "Jan 2024": datetime(2024, 1, 1),
    "2024年1月": datetime(2024, 1, 1),
    "01/2024": datetime(2024, 1, 1),
    "202401": datetime(2024, 1, 1),
    "15012024": JANUARY,
    "2024. 1. 15. 오전 10:30": MORNING,
    "2024년 1월 15일 오후 3시 5분": datetime(2024, 1, 15, 15, 5),
    "2024年1月15日 10時30分": MORNING,
    "2024/1/15(月)": JANUARY,
    "15/01/2024 10:30 SA": MORNING,
    "15/01/2024 10:30 μ.μ.": datetime(2024, 1, 15, 22, 30),
    "15/01/2024 à 10h30": MORNING,
    "ngày 15 tháng 1 năm 2024": JANUARY,
    "10:30 15/01/2024": MORNING,
    "15 ม.ค. 2567": JANUARY,
    "29/02/2567": datetime(2024, 2, 29),
    "令和6年1月15日": JANUARY,
    "113/01/15": JANUARY,
    "15 января 2024 г. в 10:30": MORNING,
    "15 stycznia 2024 r.": JANUARY,
    "15 Ocak 2024 Pazartesi": JANUARY,
    "15 Januari 2024 pukul 10.30": MORNING,
    "15-Mrz-24": datetime(2024, 3, 15),
    "2024-01-15 10:30:00 America/New_York": MORNING,
    "2024-01-15 10:30:00+00": MORNING,
    "2024-01-15T10:30:00.123456789Z": datetime(2024, 1, 15, 10, 30, 0, 123456),
    "2024-01-14 24:00:00": JANUARY,
    "14/01/2024 24:00": JANUARY,
    "２０２４-０１-15": JANUARY,
    "1705314600": MORNING,
    "1705314600000000": MORNING,
    "45306,4375": MORNING,
    "31.12.99": datetime(1999, 12, 31),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_written_date(load, cursor: Cursor, written: str) -> None:
    report = load(orders(written, written))
    assert (moments(cursor), report.set_aside) == ([WRITTEN[written]] * 2, 0)


LANGUAGES = ("en", "vi", "es", "pt", "fr", "de", "it", "nl", "pl", "th", "tr", "ru", "id", "cs", "sv", "el")
LAYOUTS = ("{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{d}-{m}-{y}", "{y} {m} {d}", "{w}, {d} {m} {y}")


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2026, 1, 1)),
    language=st.sampled_from(LANGUAGES),
    layout=st.sampled_from(LAYOUTS),
    width=st.sampled_from(("wide", "abbreviated")),
    time=st.sampled_from(("", " %H:%M", " %H:%M:%S", ", %H:%M")),
)
@settings(max_examples=300, deadline=None)
def test_any_month_of_any_language(moment: datetime, language: str, layout: str, width: str, time: str) -> None:
    locale = Locale.parse(language)
    month = locale.months["format"][width][moment.month]
    weekday = locale.days["format"]["wide"][moment.weekday()]
    if any(c.isdigit() for c in month) and layout not in LAYOUTS[:1]:
        return  # a numbered month is written behind the day
    written = layout.format(d=moment.day, m=month, y=moment.year, w=weekday) + moment.strftime(time)
    recipe = recipe_of(shape(written))
    assert recipe is not None, written
    parts = {name: int(written[slice(*place)]) for name, place in recipe.places.items()}
    assert (parts["y"], recipe.month or parts["m"], parts["d"]) == (moment.year, moment.month, moment.day)
    if time:
        assert (parts["hh"], parts["mi"]) == (moment.hour, moment.minute)


@pytest.mark.parametrize(
    ("zone", "written", "expected"),
    [
        ("Asia/Ho_Chi_Minh", "1705314600", datetime(2024, 1, 15, 17, 30)),
        ("Europe/Paris", "Mon, 15 Jan 2024 10:30:00 -0500", datetime(2024, 1, 15, 16, 30)),
        ("Europe/Paris", "2024-01-15 10:30:00 EST", datetime(2024, 1, 15, 16, 30)),
        ("Europe/Paris", "2024-07-15 10:30:00 America/New_York", datetime(2024, 7, 15, 16, 30)),
        ("Europe/Paris", "15 enero 2024 10:30:00 Z", datetime(2024, 1, 15, 11, 30)),
    ],
)
def test_moments_are_moved_to_the_zone_of_the_store(load, cursor: Cursor, zone, written, expected) -> None:
    load(orders(written), time_zone=zone)
    assert moments(cursor) == [expected]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("24-01-03", "24-02-05"), "24 January 2003 or 3 January 2024"),
        (("04-01-03", "04-02-05"), "in three ways"),
        (("05/06/2024", "07/08/2024"), "in two ways"),
        (("240115", "240116"), "in several ways"),
        (("Q1 2024", "Q2 2024"), '2 of 2 are written such as "Q1 2024"'),
        (("15 Janxx 2024", "15 Jan 2024", "16 Janxx 2024"), '2 of 3 .* "15 Janxx 2024"'),
        (("1402/10/25", "1402/11/25"), "another calendar"),
        (("31/01/2024", "01/31/2024", "30/01/2024"), "month-first 1 rows such as line 3"),
        (("13/01/2024", "2024-03-01 00:00:00", "15/01/2024", "2024-05-01 00:00:00"), "swapped"),
    ],
)
def test_what_the_column_leaves_open_is_asked(load, cursor: Cursor, write, written, said) -> None:
    with pytest.raises(ImportRefused, match=said) as refused:
        load(orders(*written))
    assert any(word in str(refused.value) for word in ("--date-format", "export them"))


@pytest.mark.parametrize(
    ("date_format", "written", "expected"),
    [
        ("%y/%m/%d", "24-01-03", datetime(2024, 1, 3)),
        ("%Y/%m/%d", "24-01-03", datetime(2024, 1, 3)),
        ("%d~%B~%Y", "15~enero~2024", JANUARY),
        ("%d~%b~%Y", "15~janv~2024", JANUARY),
        ("%Y-%d-%m", "2024-15-01", JANUARY),
        ("%Y week %m day %d", "2024 week 01 day 15", JANUARY),
        ("excel-1904", "43844", JANUARY),
        ("swapped", "2024-03-01 00:00:00|;31/01/2024", datetime(2024, 1, 3)),
    ],
)
def test_the_analyst_says_how_dates_are_written(load, cursor: Cursor, date_format, written, expected) -> None:
    load(orders(*written.split("|;")), date_format=date_format)
    assert moments(cursor)[0] == expected


def test_a_format_that_is_none_is_refused(load) -> None:
    with pytest.raises(ImportRefused, match="'%Q' is not understood"):
        load(orders("15~01~2024"), date_format="%Q")


def test_each_reading_is_offered_with_a_real_value(cursor: Cursor, write) -> None:
    (question,) = inspect(cursor, write(orders("24-01-03", "24-02-05")), ImportOptions()).questions
    assert question.readings == (("%d/%m/%Y", "24 January 2003"), ("%Y/%m/%d", "3 January 2024"))


def test_the_first_moment_of_1970_is_no_date(load, cursor: Cursor) -> None:
    report = load(orders("2024-01-15 00:00:00", *["1970-01-01 00:00:00"] * 3))
    assert moments(cursor) == [JANUARY]
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("date_out_of_range", 3)]


def test_dates_set_aside_are_shown_with_what_to_say(load) -> None:
    report = load(orders("15/01/2024", "30/02/2024"))
    assert any('"30/02/2024"' in note and "--date-format" in note for note in report.notes)


def test_a_workbook_in_which_half_the_days_were_swapped(cursor: Cursor, tmp_path: Path) -> None:
    written = [datetime(2024, 3, 1), "13/01/2024", datetime(2024, 5, 1), "28/02/2024"]
    path = tmp_path / "orders.xlsx"
    pd.DataFrame({"Order ID": range(4), "Customer ID": "a", "Order Date": written, "Total": 5}).to_excel(
        path, index=False
    )
    with pytest.raises(ImportRefused, match="--date-format swapped"):
        stage(cursor, path, ImportOptions())
    stage(cursor, path, ImportOptions(date_format="swapped"))
    assert moments(cursor) == [datetime(2024, 1, day) for day in (3, 13, 5)] + [datetime(2024, 2, 28)]
    stage(cursor, path, ImportOptions(date_format="kept"))
    assert moments(cursor)[0] == datetime(2024, 3, 1)


@pytest.mark.parametrize(
    ("headers", "cells", "expected"),
    [
        ("Año,Mes,Día", "2024,enero,15", JANUARY),
        ("年,月,日", "2024,1,15", JANUARY),
        ("注文年,注文月,注文日", "2024,1,15", JANUARY),
        ("Day,Month,Year", "15,Jan,2024", JANUARY),
        ("Order Year,Order Month,Order Day", "2024,01,15", JANUARY),
        ("Year,Month,Day,Hour,Minute", "2024,1,15,10,30", MORNING),
        ("ปี,เดือน,วัน", "2567,ม.ค.,15", JANUARY),
        ("Year,Month,Day", "2024,January,Monday", datetime(2024, 1, 1)),
    ],
)
def test_a_date_cut_into_columns(load, cursor: Cursor, headers: str, cells: str, expected: datetime) -> None:
    load(f"Order ID,Customer ID,{headers},Total\n1,A,{cells},5\n2,B,{cells},6\n")
    assert moments(cursor) == [expected] * 2


@given(
    days=st.lists(st.dates(datetime(2000, 1, 1).date(), datetime(2025, 1, 1).date()), min_size=1, max_size=60),
    order=st.sampled_from(["dmy", "mdy", "ymd"]),
)
def test_no_order_is_decided_wrongly_for_years_of_four_digits_nor_asked_without_the_right_one(days, order) -> None:
    is_long = order != "ymd"
    parts = []
    for line, day in enumerate(days):
        named = {"d": day.day, "m": day.month, "y": day.year if is_long else day.year % 100}
        a, b, c = (named[letter] for letter in order)
        parts.append(Parts(a, b, c, is_long, 1, line, f"{a}/{b}/{c}"))
    decision = decide(parts, [], "a.csv: the dates")
    formats = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d"}
    if decision.question:
        assert formats[order] in dict(decision.readings)
    elif is_long:
        assert [part.day(decision.order) for part in parts] == days


def test_a_year_of_two_digits_is_never_far_ahead() -> None:
    this_year = datetime.now().year
    assert all(this_year - 80 < full_year(short) <= this_year + 20 for short in range(100))


@pytest.mark.parametrize("text", ["12345", "1705314600", "24115", "Blue Mug 12", "2024-13-01", "A1-24-15", "1234567"])
def test_what_is_no_date_for_its_look_alone(text: str) -> None:
    assert not looks_like_date(text)
