"""A large text read with its moments at once tells the same as one whose moments are looked at as text."""

from dataclasses import replace
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, ImportReport, moments, stage

HEADER = "order_id,customer_id,ordered_at,paid_on,product,amount"
ROWS = [f"{n},C{n % 7},2025-{1 + n % 12:02}-{1 + n % 28:02} 10:{n % 60:02}:00,,tea {n % 3},{n}.5" for n in range(400)]


def staged(cursor: Cursor, path: Path) -> tuple[ImportReport, list[tuple], list[tuple]]:
    report = stage(cursor, path, ImportOptions())
    lines = cursor.rows("select * from staged order by line_no")
    aside = cursor.rows("select line_no, reason, detail, money, raw from set_aside order by line_no")
    return report, lines, aside


def both(cursor: Cursor, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple, tuple]:
    """What is staged when the file counts as small, and when it counts as large."""
    as_text = staged(cursor, path)
    monkeypatch.setattr(moments, "LARGE", 0)
    # A piece must reach over some lines of these small files.
    monkeypatch.setattr(moments, "_PIECE", 2000)
    at_once = staged(cursor, path)
    return as_text, at_once


@pytest.mark.parametrize(
    "odd",
    [
        [],
        ["400,C1,2025-02-30 10:00:00,,tea,1.5"],  # no such day
        ["400,C1,31/12/2025,,tea,1.5"],
        ["400,C1,,,tea,1.5"],
        ["400,C1,2025-03-01 10:00:00,2025-03-02,tea,1.5"],
        ['400,C1,2025-03-01 10:00:00,,"tea\nwith milk",1.5', "401,C1,2025-03-01 10:00:00,,tea,x"],
        ["400,C1,2025-03-01 10:00:00,,tea,1.5,too many", "401,C1,1950-03-01 10:00:00,,tea,1.5"],
        ["", "400,C1,2025-03-01 10:00:00,,tea,1.5"],
    ],
)
def test_moments_read_at_once_are_those_of_the_text(
    cursor: Cursor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: list[str]
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *ROWS[:300], *odd, *ROWS[300:], ""]), encoding="utf-8")
    as_text, at_once = both(cursor, path, monkeypatch)
    assert at_once[1:] == as_text[1:]
    assert replace(at_once[0], notes=()) == replace(as_text[0], notes=())


def test_columns_that_hold_moments_all_over_the_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *ROWS]), encoding="utf-8")
    assert moments.moments_in(path, ",", '"', 6) == {}
    monkeypatch.setattr(moments, "LARGE", 0)
    assert moments.moments_in(path, ",", '"', 6) == {2: "TIMESTAMP"}
    assert moments.moments_in(path, ";", '"', 6) == {}
