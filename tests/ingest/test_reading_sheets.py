"""Of several sheets the one that fits is read, or all that are alike; the others are named."""

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage

HEADER = ["order id", "customer id", "order date", "amount"]


def workbook(path: Path, sheets: dict[str, list[list]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_the_sheet_that_fits_is_read(cursor: Cursor, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "shop.xlsx",
        {
            "Read me": [["About this"], ["text"]],
            "Stock": [["shelf", "pieces"], [1, 2]],
            "Orders": [HEADER, [1, "a", "2026-01-31", 5]],
        },
    )
    report = stage(cursor, path, ImportOptions())
    assert report.loaded == 1
    assert 'Read from the sheet "Orders"; the workbook also has "Read me", "Stock".' in report.notes
    with pytest.raises(ImportRefused, match=r'has no sheet "None"; its sheets are Read me, Stock, Orders'):
        stage(cursor, path, ImportOptions(sheet="None"))
    with pytest.raises(ImportRefused, match="no column for ordered_at"):
        stage(cursor, path, ImportOptions(sheet="Stock"))


def test_sheets_that_are_alike_are_stacked(cursor: Cursor, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "year.xlsx",
        {
            "Jan": [["January 2026"], HEADER, [1, "a", "2026-01-31", 5], [2, "b", "2026-01-30", 6]],
            "Notes": [["nothing", "here"]],
            "Feb": [HEADER, ["A-3", "a", "2026-02-01", 7]],
            "Mar": [HEADER],
        },
    )
    report = stage(cursor, path, ImportOptions())
    assert (report.read, report.loaded, report.money_loaded) == (3, 3, Decimal(18))
    rows = cursor.rows("select line_no, order_id from staged order by line_no")
    assert rows == [(3, "1"), (4, "2"), (6, "A-3")]
    assert any('sheets "Jan", "Feb", "Mar", which have the same headers' in note for note in report.notes)
    assert any('row 1 of "Feb" is line 5' in note for note in report.notes)
    assert stage(cursor, path, ImportOptions(sheet="Feb")).loaded == 1


def test_a_workbook_of_empty_sheets(cursor: Cursor, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"empty\.xlsx is empty"):
        stage(cursor, workbook(tmp_path / "empty.xlsx", {"A": [], "B": []}), ImportOptions())
    with pytest.raises(ImportRefused, match="has a header but no rows"):
        stage(cursor, workbook(tmp_path / "header.xlsx", {"A": [HEADER]}), ImportOptions())


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_cut_off_workbooks(cursor: Cursor, tmp_path: Path, share: float) -> None:
    rows = [HEADER, *([i, "a", "2026-01-31", i] for i in range(500))]
    content = workbook(tmp_path / "whole.xlsx", {"Orders": rows}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ImportRefused, match=r"cut\.xlsx.*(damaged|could not be opened)"):
        stage(cursor, path, ImportOptions())
