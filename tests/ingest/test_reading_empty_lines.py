"""Empty lines between rows: the quick reader of files that have them says what the exact one says."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.ingest import ImportOptions, ImportReport, delimited, stage

HEAD = "order_id,customer_id,order_date,amount,product"
ROWS = st.sampled_from(
    [
        "1,A,2026-01-31,10.50,Tea",
        '2,B,2026-02-01,3,"Tea, green"',
        '3,C,2026-02-02,4,"Two\nlines"',
        '4,D,2026-02-03,5,"One\n\nempty"',
        "",
        "",
        " ",
        ",,,,",
        "5,E,2026-02-04",
        "6,F,no day,1,Cup",
    ]
)


def read(path: Path) -> tuple[ImportReport, list, list]:
    database = Database(None)
    with database.cursor() as cursor:
        report = stage(cursor, path, ImportOptions(table="transactions"))
        found = [cursor.rows(f"select * from {table} order by line_no") for table in ("staged", "set_aside")]
    database.close()
    return report, *found


def exactly(path: Path) -> tuple[ImportReport, list, list]:
    with patch.object(delimited, "_load_regular", return_value=None):
        return read(path)


@settings(deadline=None, max_examples=20)
@given(st.lists(ROWS, max_size=20), st.sampled_from(["\n", "\r\n"]))
def test_quick_and_exact_reader_agree(tmp_path_factory: pytest.TempPathFactory, rows: list[str], end: str) -> None:
    text = "\n".join([HEAD, *["0,Z,2026-01-30,1,Tea"] * 21, *rows]) + "\n"
    path = tmp_path_factory.mktemp("empty") / "orders.csv"
    path.write_text(text.replace("\n", end), newline="")
    quick, exact = read(path), exactly(path)
    assert quick == exact


def test_empty_lines_do_not_need_the_exact_reader(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    row = "1,A,2026-01-31,10.50,Tea\n"
    path.write_text(f"{HEAD}\n\n{row}{row}\n\n\n{row}\n{row}\n\n")
    with patch.object(delimited, "load_records", side_effect=AssertionError("read record by record")):
        report, loaded, aside = read(path)
    assert [line[-1] for line in loaded] == [3, 4, 8, 10]
    assert [(line, reason) for line, reason, *_ in aside] == [(n, "blank_line") for n in (2, 5, 6, 7, 9)]
    assert (report.read, report.loaded, report.set_aside) == (9, 4, 5)


def test_empty_lines_are_found_across_pieces_of_the_file(cursor: Cursor, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    row = "1,A,2026-01-31,10.50,Tea\n"
    many = 90_000
    path.write_text(f"{HEAD}\n{(row + chr(10)) * many}{row}")
    report = stage(cursor, path, ImportOptions(table="transactions"))
    assert (report.read, report.loaded) == (2 * many + 1, many + 1)
    assert cursor.row("select min(line_no), max(line_no), count(distinct line_no), sum(line_no % 2) from staged") == (
        2,
        2 * many + 2,
        many + 1,
        0,
    )
