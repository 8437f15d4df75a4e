"""Ids come out of spreadsheets as they went in; where their digits are gone, nothing is guessed."""

from datetime import datetime
from decimal import Decimal

import pytest
import xlsxwriter

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect, stage

HEADER = "order id,customer id,order date,product,amount\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('="001"', "001"),
        ('"=""001"""', "001"),
        ('="001" ', "001"),
        ('="001"\u00a0', "001"),
        ("'0855", "0855"),
        ("'0855 ", "0855"),
        ("'+4901", "+4901"),
        ("007", "007"),
        ("'t Hooft", "'t Hooft"),
        ("=A1+B2", "=A1+B2"),
        ("O'Neill", "O'Neill"),
        ("-1+cmd|' /C calc'!A0", "-1+cmd|' /C calc'!A0"),
    ],
)
def test_ids_as_spreadsheets_write_them(load, cursor: Cursor, written: str, meant: str) -> None:
    load(HEADER + f"1,x,2026-01-31,tea,5\n2,{written},2026-01-31,tea,5\n")
    assert cursor.rows("select line_no, customer_id from staged order by 1") == [(2, "x"), (3, meant)]


def test_what_was_mended_is_told(load) -> None:
    report = load(HEADER + '="001",\'7,2026-01-31,tea,5\n')
    assert 'Values written as ="001" in column "order id" are taken as the text they show.' in report.notes
    assert 'Values written as \'001 in column "customer id" are taken as the text they show.' in report.notes


def test_ids_of_a_quoted_file_with_newlines(load, cursor: Cursor) -> None:
    load(HEADER + '="001",a,2026-01-31,"two\nlines",5\n="002",b,2026-01-31,tea,5\n')
    assert cursor.rows("select line_no, order_id from staged order by 1") == [(2, "001"), (4, "002")]


def test_cut_off_ids_that_stay_distinct_are_loaded_with_a_note(load) -> None:
    rows = (
        "4.17E+13,a,2026-01-31,tea,5\n4.18E+13,b,2026-01-31,tea,5\n4.18E+13,b,2026-01-31,milk,5\n5,c,2026-01-31,tea,5\n"
    )
    report = load(HEADER + rows)
    assert report.loaded == 4
    note = next(note for note in report.notes if "cut off" in note)
    assert '3 values in column "order id", such as 4.17E+13' in note
    assert "as text" in note


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ("4.17E+13,a,2026-01-31,tea,5\n4.17E+13,b,2026-01-31,tea,5\n", "order id"),
        ("4.17E+13,a,2026-01-31,tea,5\n4.17E+13,a,2026-02-01,tea,5\n", "order id"),
        ("1,8.49E+10,2026-01-31,tea,5\n2,8.49E+10,2026-01-31,tea,5\n", "customer id"),
    ],
)
def test_cut_off_ids_that_are_shared_are_refused(load, cursor: Cursor, write, rows: str, column: str) -> None:
    message = rf'orders\.csv: .* cut off the last digits of 2 values in column "{column}".*export again'
    with pytest.raises(ImportRefused, match=message):
        load(HEADER + rows)
    questions = inspect(cursor, write(HEADER + rows), ImportOptions()).questions
    assert [question.code for question in questions] == ["lost_digits"]


def test_money_in_scientific_notation_is_no_id(load) -> None:
    report = load(HEADER + "1,a,2026-01-31,tea,1.5E+2\n2,b,2026-01-31,tea,2\n")
    assert report.money_loaded == Decimal(152)
    assert not any("cut off" in note for note in report.notes)


def test_ids_in_a_sheet(cursor: Cursor, tmp_path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["order id", "customer id", "order date", "amount"])
        sheet.write_row(1, 0, [41_712_345_678_901, "007"])
        sheet.write_row(2, 0, [41_712_345_678_902, "'008"])
        for row in (1, 2):
            sheet.write_datetime(row, 2, datetime(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
            sheet.write_formula(row, 3, "=2+3", value=5)
    stage(cursor, path, ImportOptions())
    assert cursor.rows("select order_id, customer_id, amount from staged order by 1") == [
        ("41712345678901", "007", 5),
        ("41712345678902", "008", 5),
    ]
