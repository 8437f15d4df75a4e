"""Moments that stand in several columns: a date and a time of day, with a time zone; a year and a month."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, inspect, stage

DATE_AND_TIME = """\
Order,Customer,Date,Time,Time Zone,Total
1,A,12/27/2018,10:20:33 PM,PST,5.00
2,A,12/28/2018,,PST,6.00
3,B,,09:00:00 AM,PST,7.00
4,B,07/13/2019,09:00:00 AM,PDT,8.00
"""


def moments(cursor: Cursor) -> list[tuple]:
    return cursor.rows("select order_id, ordered_at from staged order by line_no")


def test_a_date_and_a_time_of_day_are_one_moment(load, cursor: Cursor) -> None:
    report = load(DATE_AND_TIME)
    assert moments(cursor) == [
        ("1", datetime(2018, 12, 27, 22, 20, 33)),
        ("2", datetime(2018, 12, 28)),
        ("4", datetime(2019, 7, 13, 9)),
    ]
    assert [(reason.code, reason.rows, reason.money) for reason in report.reasons] == [("date_missing", 1, 7)]
    assert any('"Date" and "Time" are read as one moment' in note for note in report.notes)
    raw = cursor.value("select raw from set_aside")
    assert raw == '{"Order":"3","Customer":"B","Date":null,"Time":"09:00:00 AM","Time Zone":"PST","Total":"7.00"}'


def test_times_are_moved_from_the_zone_they_name_to_that_of_the_store(load, cursor: Cursor) -> None:
    load(DATE_AND_TIME, time_zone="America/New_York")
    assert moments(cursor) == [
        ("1", datetime(2018, 12, 28, 1, 20, 33)),
        ("2", datetime(2018, 12, 28)),  # a day without a time is that day everywhere
        ("4", datetime(2019, 7, 13, 12)),
    ]


def test_a_zone_that_is_not_known_leaves_times_as_written(load, cursor: Cursor) -> None:
    load(DATE_AND_TIME.replace("PST", "CST"), time_zone="America/New_York")
    assert moments(cursor)[0] == ("1", datetime(2018, 12, 27, 22, 20, 33))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Order Date,Order Time", datetime(2018, 1, 3, 10, 30)),
        ("Fecha,Hora", datetime(2018, 1, 3, 10, 30)),
        ("日期,时间", datetime(2018, 1, 3, 10, 30)),
        ("Order Date,Preparation", datetime(2018, 1, 3, 10, 30)),  # it stands right behind
    ],
)
def test_a_time_belongs_to_the_date_called_alike_or_before_it(load, cursor: Cursor, headers, expected) -> None:
    load(f"Member,{headers},Amount\n1,2018-01-03,10:30,5\n2,2018-02-03,11:30:22,5\n")
    assert cursor.value("select min(ordered_at) from staged") == expected


def test_the_analyst_may_take_the_date_alone_or_the_joined_column_by_name(cursor: Cursor, write) -> None:
    path = write(DATE_AND_TIME)
    sketch = inspect(cursor, path, ImportOptions())
    assert {column.header: column.role for column in sketch.columns}["Date + Time"] == "ordered_at"
    stage(cursor, path, ImportOptions(columns={"ordered_at": "Date"}))
    assert moments(cursor)[0] == ("1", datetime(2018, 12, 27))
    stage(cursor, path, ImportOptions(columns={"ordered_at": "Date + Time"}))
    assert moments(cursor)[0] == ("1", datetime(2018, 12, 27, 22, 20, 33))
    stage(cursor, path, ImportOptions(columns={"ordered_at": "#3"}))
    assert moments(cursor)[0] == ("1", datetime(2018, 12, 27))


def test_typed_dates_and_times_of_a_workbook(cursor: Cursor, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    moments_in = pd.to_datetime(["2026-01-31 10:30:05", "2026-02-01 23:59:59"])
    frame = pd.DataFrame({"Date": moments_in.date, "Time": moments_in.time, "Customer": ["A", "B"], "Total": [1, 2]})
    frame.to_excel(path, index=False)
    stage(cursor, path, ImportOptions())
    assert [moment for _, moment in moments(cursor)] == list(moments_in)


def test_a_year_and_a_month_are_the_first_of_the_month(load, cursor: Cursor) -> None:
    rows = "".join(f"{n},2018,{n},5\n" for n in range(1, 14))
    report = load("Customer,Year,Month,Amount\n" + rows)
    assert [moment for _, moment in moments(cursor)] == [datetime(2018, n, 1) for n in range(1, 13)]
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("date_unreadable", 1)]
    load("Customer,Year,Month,Amount\nA,2018,Feb,5\nB,2019,Dec,6\n")
    assert [moment for _, moment in moments(cursor)] == [datetime(2018, 2, 1), datetime(2019, 12, 1)]


def test_a_year_and_month_of_something_are_its_date(load, cursor: Cursor) -> None:
    text = "Customer ID,Joined Year,Joined Month,Country\nA,2018,2,FR\nB,,,DE\n"
    load(text, table="customers")
    found = cursor.rows("select customer_id, joined_at from staged order by line_no")
    assert found == [("A", datetime(2018, 2, 1)), ("B", None)]
