"""Lines of totals and empty lines are set aside with their money; sales that only look like one are loaded."""

from decimal import Decimal

import pytest
import xlsxwriter

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, stage

HEADER = "order id,customer id,order date,product,quantity,amount\n"
ROWS = "1,a,2026-01-31,tea,1,5\n2,b,2026-02-01,coffee,2,6\n3,a,2026-02-02,tea,1,7\n"


@pytest.mark.parametrize(
    "total",
    [
        "Total,,,,4,18",
        "TOTAL:,,,,4,18",
        "Grand Total,,2026-02-02,,,18",
        ",Total,,,,18",
        ",,Total,,4,18",
        "2026-02-02,,Subtotal,,,18",
        "Total (3 orders),,,,,18",
        "合计,,,,4,18",
        "合计：,,,,,18",
        "小计,,2026-02-02,,,18",
        "Gesamt,,,,,18",
        "Summe:,,,,,18",
        "Tổng cộng,,,,,18",
        "Toplam,,,,,18",
        "GENEL TOPLAM,,,,,18",
        "Suma,,,,,18",
        "รวม,,,,,18",
        "Итого:,,,,,18",
    ],
)
def test_totals_are_set_aside_with_their_money(load, cursor: Cursor, total: str) -> None:
    report = load(HEADER + ROWS + total + "\n")
    assert (report.read, report.loaded, report.money_loaded) == (4, 3, Decimal(18))
    assert [(r.code, r.rows, r.money) for r in report.reasons] == [("total_line", 1, Decimal(18))]
    assert (report.money_read, report.money_set_aside) == (Decimal(36), Decimal(18))
    line, raw = cursor.row("select line_no, raw from set_aside")
    assert line == 5
    assert total.split(",")[0].strip() in raw


@pytest.mark.parametrize(
    "sale",
    [
        "4,Total,2026-02-02,tea,1,8",
        "4,c,2026-02-02,Total,1,8",
        "4,,2026-02-02,Total,1,8",
        "4,,2026-02-02,Total Repair 5 shampoo,1,8",
        "4,Total Energies,2026-02-02,,,8",
        ",Total Energies,2026-02-02,,,8",
        ",,2026-02-02,Summertime,1,8",
        ",,2026-02-02,時計,,8",
        "4,,2026-02-02,,,8",
        "Total,c,2026-02-02,tea,1,8",
    ],
)
def test_sales_that_look_like_totals_are_loaded(load, sale: str) -> None:
    report = load(HEADER + ROWS + sale + "\n")
    assert (report.loaded, report.set_aside, report.money_loaded) == (4, 0, Decimal(26))


def test_totals_between_rows_and_lines_keep_their_numbers(load, cursor: Cursor) -> None:
    for blank, code in (("", None), ("\n", "blank_line"), (",,,,,\n", "blank_line")):
        report = load(HEADER + ROWS + "Subtotal,,,,,18\n" + blank + ROWS.replace("a,2026", "z,2026") + "Total,,,,,36\n")
        assert (report.loaded, report.money_loaded, report.money_read) == (6, Decimal(36), Decimal(90))
        found = {reason.code: reason.rows for reason in report.reasons}
        assert found == {"total_line": 2} | ({code: 1} if code else {})
        shift = bool(blank)
        lines = [line for (line,) in cursor.rows("select line_no from staged order by line_no")]
        assert lines == [2, 3, 4, 6 + shift, 7 + shift, 8 + shift]
        assert cursor.rows("select line_no from set_aside where reason = 'total_line' order by line_no") == [
            (5,),
            (9 + shift,),
        ]


def test_totals_in_a_quoted_file(load) -> None:
    report = load(HEADER + ROWS + '4,a,2026-02-03,"two\nlines",1,2\n"Total","","","",5,20\n')
    assert (report.loaded, report.money_loaded, report.reasons[0].code) == (4, Decimal(20), "total_line")


def test_a_total_changes_nothing_that_is_inferred(load) -> None:
    text = "order id,customer id,order date,discount,amount\n1,a,2026-01-31,0.1,9\n2,b,2026-01-31,0.5,5\n"
    report = load(text + "Total,,,7,14\n")
    assert any("are parts of the price and are turned into money" in note for note in report.notes)
    assert report.money_loaded == Decimal(14)


def test_totals_in_a_sheet(cursor: Cursor, tmp_path) -> None:
    path = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["order id", "customer id", "order date", "amount"])
        for row in range(1, 6):
            sheet.write_row(row, 0, [100 + row, f"c{row}", f"2026-01-0{row}", 1.5])
        sheet.write_row(6, 1, ["Total", None, 7.5])
    report = stage(cursor, path, ImportOptions())
    assert (report.read, report.loaded, report.money_loaded) == (6, 5, Decimal("7.5"))
    assert [(r.code, r.money) for r in report.reasons] == [("total_line", Decimal("7.5"))]
    assert cursor.value("select line_no from set_aside") == 7
