"""Points with a column for each kind of movement: one row becomes several movements, and counts as one row."""

from datetime import datetime
from pathlib import Path

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, stage

POINTS = """\
Loyalty Number,Year,Month,Distance,Points Accumulated,Points Redeemed,Dollar Cost Points Redeemed
A,2018,1,1521,152.5,0,0
A,2018,2,0,0,100,8
B,2018,2,10,20,30,2.50
B,,3,10,20,,
"""


def movements(cursor: Cursor, table: str = "staged") -> list[tuple]:
    names = "customer_id, posted_at, kind, points, cast(value as double)"
    return cursor.rows(f"select {names} from {table} order by line_no, kind, points")


EXPECTED = [
    ("A", datetime(2018, 1, 1), "issued", 152.5, None),
    ("A", datetime(2018, 2, 1), "issued", 0, None),
    ("A", datetime(2018, 2, 1), "redeemed", 100, 8),
    ("B", datetime(2018, 2, 1), "issued", 20, None),
    ("B", datetime(2018, 2, 1), "redeemed", 30, 2.5),
]


def test_one_row_tells_of_points_issued_and_redeemed(load, cursor: Cursor) -> None:
    report = load(POINTS, table="points")
    assert movements(cursor) == EXPECTED
    assert (report.read, report.loaded, report.set_aside) == (4, 3, 1)
    assert any('redeemed (column "Points Redeemed")' in note for note in report.notes)


def test_points_that_only_left_are_movements_too(load, cursor: Cursor) -> None:
    load("Member ID,Date,Points Used,Points Expired\nA,2018-01-31,-5,2\n", table="points")
    assert [(kind, points) for _, _, kind, points, _ in movements(cursor)] == [
        ("expired", 2),
        ("issued", 0),
        ("redeemed", 5),
    ]


def test_a_later_export_adds_nothing_twice_and_is_taken_back(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    first.write_text("".join(POINTS.splitlines(keepends=True)[:3]))
    later.write_text("".join(POINTS.splitlines(keepends=True)[:4]))
    workspace.import_file(first, "points")
    report = workspace.import_file(later, "points")
    assert (report.read, report.loaded, [(r.code, r.rows) for r in report.reasons]) == (3, 1, [("already_imported", 2)])
    with workspace._database.cursor() as cursor:
        assert movements(cursor, "points") == EXPECTED
    workspace.undo_import(1)
    with workspace._database.cursor() as cursor:
        assert movements(cursor, "points") == EXPECTED
    done = workspace.imports().iloc[0]
    assert (done["read"], done["loaded"], done["set_aside"]) == (3, 3, 0)


def test_airline(cursor: Cursor, shared: Path) -> None:
    report = stage(cursor, shared / "airline_loyalty_ca" / "Customer Flight Activity.csv", ImportOptions("points"))
    assert (report.read, report.loaded, report.facts["customers"]) == (405_624, 405_624, 16_737)
    assert report.facts["duplicate_rows"] == 1_864
    sums = dict(cursor.rows("select kind, sum(points) from staged group by kind"))
    assert sums["issued"] == pytest.approx(50_172_736.25)
    assert sums["redeemed"] == 12_451_388
    path = shared / "airline_loyalty_ca" / "Customer Loyalty History.csv"
    stage(cursor, path, ImportOptions("tiers"))
    assert cursor.row("select count(*), count(until_on), min(from_on) from staged")[:2] == (16_737, 2_067)
    stage(cursor, path, ImportOptions("customers"))
    assert cursor.value("select min(joined_at) from staged") == datetime(2012, 4, 1)
