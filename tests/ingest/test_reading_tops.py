"""Titles, comments and report settings above the header are passed over; no row of data ever is."""

from decimal import Decimal

import pytest
import xlsxwriter

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage
from loyalty_metrics.ingest.title_lines import Top, find_top
from loyalty_metrics.schema import TRANSACTIONS

HEADER = "order id;customer id;order date;product;amount\n"
ROWS = "1;a;2026-01-31;tea;5\n2;b;2026-02-01;coffee;6\n3;a;2026-02-02;tea;7\n"


def lines(cursor: Cursor) -> list[int]:
    return [line for (line,) in cursor.rows("select line_no from staged order by line_no")]


@pytest.mark.parametrize(
    ("above", "passed"),
    [
        ("", 0),
        ("\n\n", 0),
        ("Sales report\n", 1),
        ("Sales report;;;;\nJanuary, February; 2026;;;\n\n", 2),
        ("From;2026-01-01;To;2026-02-28\nStore;Riverside\n", 2),
        ("# exported by a till; 5 columns; of rows; for you; today\n", 1),
        ("Order;;;Item;\n", 1),
        ('"A title, ""quoted""\nover two lines"\n', 1),
    ],
)
def test_lines_above_the_header(load, cursor: Cursor, above: str, passed: int) -> None:
    report = load(above + HEADER + ROWS)
    assert (report.read, report.loaded, report.money_loaded) == (3, 3, Decimal(18))
    first = above.count("\n") + 2
    assert lines(cursor) == [first, first + 1, first + 2]
    said = [note for note in report.notes if "passed over" in note]
    assert len(said) == bool(passed)
    assert all(note.startswith(str(passed)) for note in said)


def test_a_declared_delimiter(load, cursor: Cursor) -> None:
    for declaration in ("sep=;\n", '"sep=;"\r\n', "SEP=;\n"):
        end = "\r\n" if "\r" in declaration else "\n"
        report = load(declaration + (HEADER + ROWS).replace("\n", end))
        assert (report.loaded, lines(cursor)) == (3, [3, 4, 5])
    assert load("sep=^\n" + (HEADER + ROWS).replace(";", "^")).loaded == 3


def test_the_header_can_be_named(load, cursor: Cursor) -> None:
    text = "a;b;c;d;e\nf;g;h;i;j\n" + HEADER + ROWS
    assert load(text, header_row=3).loaded == 3
    assert lines(cursor) == [4, 5, 6]
    with pytest.raises(ImportRefused, match=r"orders\.csv has no row of headers in line 99"):
        load(text, header_row=99)


def test_a_file_can_be_said_to_have_no_header(load, cursor: Cursor) -> None:
    places = {"order_id": "#1", "customer_id": "#2", "ordered_at": "#3", "amount": "#5"}
    assert load(ROWS, header_row=0, columns=places).loaded == 3
    assert lines(cursor) == [1, 2, 3]


def test_rows_of_data_are_never_passed_over(load) -> None:
    places = {"order_id": "#1", "customer_id": "#2", "ordered_at": "#3", "product": "#4", "amount": "#5"}
    # Words that might be headers stand in the cells of a file without any.
    rows = ROWS + "4;customer;2026-02-03;product;5\n" + ROWS
    report = load(rows, columns=places)
    assert (report.read, report.loaded) == (7, 7)


def test_a_first_row_with_gaps_is_kept() -> None:
    rows = [
        ["1", "", "2026-01-31", "", "5"],
        ["2", "b", "2026-01-31", "tea", "6"],
        ["3", "c", "2026-02-01", "tea", "7"],
    ]
    assert find_top(rows, TRANSACTIONS) == Top(0, has_header=False)


def test_without_a_header_only_titles_of_one_cell_are_passed_over() -> None:
    data = [
        ["1", "b", "2026-01-31", "tea", "6"],
        ["2", "c", "2026-02-01", "tea", "7"],
        ["3", "d", "2026-02-01", "x", "7"],
    ]
    sparse = ["0", "", "2026-01-30", "", ""]
    assert find_top([["A title", "", "", "", ""], sparse, *data], TRANSACTIONS) == Top(1, has_header=False)
    assert find_top([["7"], ["8"]], TRANSACTIONS) == Top(0, has_header=False)


def test_a_header_of_unknown_words_below_a_title() -> None:
    rows = [["Report", "", ""], ["foo", "bar", "baz"], ["x", "y", "1"], ["z", "w", "2"]]
    assert find_top(rows, TRANSACTIONS) == Top(1, has_header=True)


def test_headers_that_end_in_empty_fields(load) -> None:
    assert load("order id,customer id,order date,amount,,\n1,a,2026-01-31,5\n2,b,2026-01-31,6\n").loaded == 2
    assert load("order id,customer id,order date,amount\n1,a,2026-01-31,5,\n2,b,2026-01-31,6,\n").loaded == 2


def test_titles_in_a_sheet(cursor: Cursor, tmp_path) -> None:
    path = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Report")
        sheet.write(1, 1, "Sales of January")
        sheet.write_row(2, 1, ["Printed", "2026-02-01"])
        sheet.write_row(4, 1, ["order id", "customer id", "order date", "amount"])
        sheet.write_row(5, 1, ["001", "a", "2026-01-31", 5.5])
        sheet.write_row(6, 1, ["002", "b", "2026-01-30", 6])
    report = stage(cursor, path, ImportOptions())
    assert (report.read, report.loaded, report.money_loaded) == (2, 2, Decimal("11.5"))
    assert cursor.rows("select line_no, order_id from staged order by line_no") == [(6, "001"), (7, "002")]
    assert any(note.startswith("2 lines above the header were passed over") for note in report.notes)
    assert stage(cursor, path, ImportOptions(header_row=5)).loaded == 2
