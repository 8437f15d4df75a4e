"""Opening files: what breaks programs, what stands beside the rows, and formats that hold records."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from loyalty_metrics import Workspace
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportCancelled, ImportRefused, LoyaltyError
from loyalty_metrics.ingest import FileSketch, ImportOptions, ImportReport, inspect, stage
from loyalty_metrics.ingest.confined import Broken, Confined
from loyalty_metrics.ingest.sheet_choice import is_odd
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.schema import TABLES

CASES = Path(__file__).parents[1] / "cases"
HEADER = ["order id", "customer id", "order date", "product", "amount"]
ROWS = [[f"A{i}", f"C{i % 3}", datetime(2024, 1, 1 + i), "tea", 10] for i in range(8)]
Sheets = dict[str, list[list[Any]]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook; `more` may add to a sheet what is no plain cell."""

    def write(sheets: Sheets, more: Callable[[Any, Any], None] | None = None) -> Path:
        path = tmp_path / "shop.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as made:
            for name, rows in sheets.items():
                sheet = made.add_worksheet(name)
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if cell is not None:
                            sheet.write(number, column, cell)
                if more:
                    more(made, sheet)
        return path

    return write


def notes(report: ImportReport | FileSketch) -> str:
    return " | ".join(report.notes)


# Known cases


@pytest.mark.parametrize(
    ("file", "rows", "money", "orders", "note"),
    [
        ("13-hidden-sheet-counted/book.xlsx", 8, 80, 8, '"backup" is not counted: hidden'),
        ("25-headers-with-replacement-characters/ventas.csv", 3, 150, 2, "Recognised as an export of Tiendanube"),
        ("29-merged-cells/merged.xlsx", 5, 40, 3, "as rows under merged cells are"),
        ("30-forecast-sheet-taken/book.xlsx", 12, 120, 12, '"Forecast" is not counted: by the name a plan'),
        ("31-formulas-without-values/openpyxl.xlsx", 3, 33, 3, 'column "Total" holds 3 formulas without values'),
        ("37-line-wrapped-in-quotes/nested.csv", 2, 30, 2, "Lines stand in quotation marks as a whole"),
        ("37-line-wrapped-in-quotes/header_bare.csv", 2, 30, 2, "Lines stand in quotation marks as a whole"),
    ],
)
def test_cases(cursor: Cursor, file: str, rows: int, money: int, orders: int, note: str) -> None:
    report = stage(cursor, CASES / file, ImportOptions())
    assert (report.loaded, report.money_loaded, report.facts["orders"]) == (rows, Decimal(money), orders)
    assert not report.reasons
    assert note in notes(report)


# Files that break programs


@pytest.mark.parametrize("file", sorted((CASES / "hostile").iterdir()), ids=lambda path: path.name)
def test_hostile_files_end_in_a_sentence(file: Path) -> None:
    workspace = Workspace.in_memory()
    tables = TABLES if file.suffix == ".csv" else ("transactions",)
    for do, table in [(workspace.inspect, "transactions"), *((workspace.import_file, table) for table in tables)]:
        try:
            do(file, table=table)
        except LoyaltyError as error:
            assert isinstance(error, ImportRefused)
            assert "\n" not in str(error)
    workspace.close()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("abort_farcell.xlsx", r"the cell XFD1048576 lies far out of the table.*delete the empty rows and columns"),
        ("parquet_bomb.parquet", r"is 3 KiB and would unpack to 4,\d\d\d MiB, which no honest file does"),
        ("fuzz_gen2_59_col10.parquet", r"has a column file_row_number, .*rename it"),
    ],
)
def test_hostile_files_are_told_precisely(cursor: Cursor, file: str, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=sentence):
        stage(cursor, CASES / "hostile" / file, ImportOptions())


def test_a_long_text_written_once_and_repeated_is_no_honest_file(cursor: Cursor, tmp_path: Path) -> None:
    rows = 20_000
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([os.urandom(50_000).hex()]))
    table = pa.table({"order id": range(rows), "order date": ["2026-01-01"] * rows, "amount": [1] * rows, "note": text})
    pq.write_table(table, tmp_path / "orders.parquet")
    with pytest.raises(ImportRefused, match="would unpack to 1,9"):
        stage(cursor, tmp_path / "orders.parquet", ImportOptions())


@pytest.mark.parametrize("note", ["x" * 2_000_000, " " * 300_000], ids=["2 MB", "blanks"])
def test_very_long_cells_load(load, note: str) -> None:
    rows = [",".join([*HEADER, "1e309"]), *(f"{i},a,2026-01-0{i},tea,5,{note}" for i in range(1, 4))]
    assert load("\n".join(rows)).money_loaded == 15
    records = [
        {"order id": i, "customer id": "a", "order date": "2026-01-02", "amount": 5, "n": note} for i in range(3)
    ]
    assert load(json.dumps(records), "orders.json").money_loaded == 15


def test_a_process_that_asks_for_too_much_is_told(monkeypatch, book, cursor: Cursor) -> None:
    monkeypatch.setenv("LOYALTY_METRICS_FILE_MEMORY", "40")
    with pytest.raises(ImportRefused, match=r"takes more than 40 MiB of memory .*LOYALTY_METRICS_FILE_MEMORY"):
        stage(cursor, book({"Orders": [HEADER, *ROWS]}), ImportOptions())


def test_cancelling_ends_the_process(book) -> None:
    watch = Watch()
    with Confined("shop.xlsx", book({"Orders": [HEADER, *ROWS]}), "workbook", watch) as child:
        assert child.ask("look", rows=3)["sheets"][0]["name"] == "Orders"
        watch.cancel()
        with pytest.raises(ImportCancelled):
            child.ask("look", rows=3)


def test_a_process_that_takes_too_long_is_ended(monkeypatch, book) -> None:
    monkeypatch.setattr("loyalty_metrics.ingest.confined._LEAST_SECONDS", 0.01)
    with (
        Confined("shop.xlsx", book({"Orders": [HEADER, *ROWS]}), "workbook", Watch()) as child,
        pytest.raises(Broken, match="time"),
    ):
        child.ask("look", rows=3)


def test_a_customers_file_without_a_loadable_row_is_told(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("customer id,name\n,Anna\n")
    with pytest.raises(ImportRefused, match=r"No row of customers\.csv could be loaded: A required value is missing"):
        Workspace.in_memory().import_file(path, table="customers")


# Sheets


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Forecast 2024",
            "Dự báo",
            "销售预测",
            "預算",
            "Previsión",
            "Orçamento",
            "Synthèse",
            "Übersicht",
            "Riepilogo",
        ),
        *("Begroting", "集計", "합계", "สรุป", "Özet", "Podsumowanie", "Сводная таблица", "Ringkasan", "Orders - Copy"),
    ],
)
def test_names_of_sheets_that_hold_no_sales(name: str) -> None:
    assert is_odd(name)


@pytest.mark.parametrize(
    "name", ["Orders", "Jan 24", "Bestellungen", "订单", "Planets", "Totally new", "Đơn hàng", "2024"]
)
def test_names_of_sheets_that_hold_sales(name: str) -> None:
    assert not is_odd(name)


def hidden(kind: str) -> Callable[[Any, Any], None]:
    return lambda made, sheet: getattr(sheet, kind)() if sheet.get_name() == "Old" else None


@pytest.mark.parametrize("kind", ["hide", "very_hidden"])
def test_hidden_sheets_are_not_counted_unless_named(book, cursor: Cursor, kind: str) -> None:
    path = book({"Shop": [HEADER, *ROWS], "Old": [HEADER, *ROWS[:3]]}, hidden(kind))
    assert stage(cursor, path, ImportOptions()).money_loaded == 80
    assert stage(cursor, path, ImportOptions(sheet="Old")).money_loaded == 30
    assert stage(cursor, path, ImportOptions(sheet="Shop/Old")).money_loaded == 110


def test_a_workbook_of_hidden_sheets_alone_is_refused(book, cursor: Cursor) -> None:
    path = book({"Front": [], "Old": [HEADER, *ROWS]}, hidden("hide"))
    with pytest.raises(ImportRefused, match=r'hidden sheets alone; name the one to read with --sheet: "Old"\.'):
        stage(cursor, path, ImportOptions())


def test_a_lone_sheet_is_read_whatever_its_name(book, cursor: Cursor) -> None:
    assert stage(cursor, book({"Total": [HEADER, *ROWS]}), ImportOptions()).money_loaded == 80


@pytest.mark.parametrize(
    ("sheets", "choices", "readings"),
    [
        (
            {"Orders": ROWS, "Orders (2)": ROWS},
            ("Orders", "Orders (2)", "Orders/Orders (2)"),
            ("8 rows", "8 rows", "16 rows"),
        ),
        (
            {"All 2024": ROWS, "Jan": ROWS[:4], "Feb": ROWS[4:]},
            ("All 2024", "Jan/Feb", "All 2024/Jan/Feb"),
            ("8 rows", "8 rows", "16 rows"),
        ),
        (
            {"Jan": ROWS[:4], "Feb": ROWS[4:6], "Jan (2)": [*ROWS[:4], ROWS[7]]},
            ("Feb/Jan (2)", "Jan/Feb", "Jan/Feb/Jan (2)"),
            ("7 rows", "6 rows", "11 rows"),
        ),
    ],
)
def test_sheets_that_repeat_others_are_asked_about(
    book, cursor: Cursor, sheets: Sheets, choices: tuple[str, ...], readings: tuple[str, ...]
) -> None:
    path = book({name: [HEADER, *rows] for name, rows in sheets.items()})
    (question,) = inspect(cursor, path, ImportOptions()).questions
    assert (question.option, question.choices) == ("sheet", choices)
    assert tuple(reading for _, reading in question.readings) == readings
    with pytest.raises(ImportRefused, match=r"hold the same rows, .*--sheet"):
        stage(cursor, path, ImportOptions())
    for choice, reading in question.readings:
        assert f"{stage(cursor, path, ImportOptions(sheet=choice)).loaded} rows" == reading


def test_sheets_that_overlap_by_a_little_are_a_series(book, cursor: Cursor) -> None:
    assert stage(cursor, book({"Jan": [HEADER, *ROWS[:5]], "Feb": [HEADER, *ROWS[4:]]}), ImportOptions()).loaded == 9


def test_two_sheets_that_fit_alike_are_asked_about(book, cursor: Cursor) -> None:
    wider = [[f"S{row[0]}", *row[1:], 1] for row in ROWS]
    path = book({"North": [HEADER, *ROWS], "South": [[*HEADER, "quantity"], *wider]})
    (question,) = inspect(cursor, path, ImportOptions()).questions
    assert set(question.choices) == {"North", "South", "North/South"}
    assert stage(cursor, path, ImportOptions(sheet="North/South")).money_loaded == 160
    assert stage(cursor, path, ImportOptions(sheet="*o*th")).money_loaded == 160


def test_sheets_with_their_columns_in_another_order_are_stacked_by_header(book, cursor: Cursor) -> None:
    turned = [[*row[::-1]] for row in ROWS]
    assert (
        stage(
            cursor, book({"Jan": [HEADER, *ROWS], "Feb": [HEADER[::-1], *turned]}), ImportOptions(sheet="*")
        ).money_loaded
        == 160
    )


def test_cells_under_merged_ones_belong_to_them_and_money_counts_once(book, cursor: Cursor) -> None:
    def merge(made: Any, sheet: Any) -> None:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for first, order, money in ((3, 1, 20), (6, 3, 7)):
            for column, cell in enumerate((order, "A", datetime(2024, 1, order), None, money)):
                if cell is not None:
                    sheet.merge_range(first, column + 1, first + 1, column + 1, cell, day if column == 2 else None)

    one, two = [None, None, None, None, "tea"], [None, 2, "B", datetime(2024, 1, 2), "tea", 10]
    path = book({"Orders": [["Report"], [], [None, *HEADER], one, one, two, one, one]}, merge)
    report = stage(cursor, path, ImportOptions())
    assert (report.loaded, report.money_loaded, report.facts["orders"]) == (5, 37, 3)
    assert 'merged cells of the columns "order id", "customer id", "order date"' in notes(report)


def test_rows_below_a_merged_order_in_text(load) -> None:
    report = load(f"{','.join(HEADER)}\n1,A,2024-01-15,tea,10\n,,,cup,5\n2,B,2024-01-16,tea,10\n,,,,25\n")
    assert (report.loaded, report.money_loaded, report.facts["orders"]) == (3, 25, 2)
    assert [reason.code for reason in report.reasons] == ["date_missing"]  # money alone may be a sum


@pytest.mark.parametrize(("formula", "value"), [("=D{0}*E{0}", ""), ("=D{0}*E{0}", 0)])
def test_products_without_values_are_told_by_their_factors(book, cursor: Cursor, formula: str, value: Any) -> None:
    report = stage(cursor, formulas(book, formula, value), ImportOptions())
    assert report.money_loaded == 33


@pytest.mark.parametrize(("formula", "value"), [("=D{0}*E{0}*0.9", ""), ("=SUM(D{0}:E{0})", 0)])
def test_other_formulas_without_values_are_refused(book, cursor: Cursor, formula: str, value: Any) -> None:
    with pytest.raises(ImportRefused, match=r'column "total" holds formulas without values, such as F2 .*save it'):
        stage(cursor, formulas(book, formula, value), ImportOptions())


def formulas(book: Callable[..., Path], formula: str, value: Any) -> Path:
    def write(made: Any, sheet: Any) -> None:
        for row in (2, 3, 4):
            sheet.write_formula(row - 1, 5, formula.format(row), None, value)

    rows = [[i, "a", datetime(2024, 1, i), 2, 5.5] for i in (1, 2, 3)]
    return book({"Orders": [["order id", "customer id", "order date", "qty", "price", "total"], *rows]}, write)


def test_formulas_with_values_are_numbers(book, cursor: Cursor) -> None:
    assert stage(cursor, formulas(book, "=D{0}*E{0}", 11), ImportOptions()).money_loaded == 33


def test_hidden_rows_and_errors_are_told(book, cursor: Cursor) -> None:
    def hide(made: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.write_formula(4, 3, "=NA()", None, "#N/A")

    report = stage(cursor, book({"Orders": [HEADER, *ROWS]}, hide), ImportOptions())
    assert report.money_loaded == 80
    assert "rows are hidden, by a filter or by hand, and read all the same: 1." in notes(report)
    assert "cells hold errors such as #N/A, and are taken as empty: 1." in notes(report)


def test_a_smaller_table_beside_the_rows_is_left_out(book, cursor: Cursor) -> None:
    beside = [[*row, None, *(["Jan", 999] if i < 3 else [])] for i, row in enumerate(ROWS)]
    report = stage(cursor, book({"Orders": [[*HEADER, None, "Month", "Total"], *beside]}), ImportOptions())
    assert report.money_loaded == 80
    assert 'the columns "Month", "Total" are left out' in notes(report)


def test_an_empty_column_within_a_table_parts_nothing(book, cursor: Cursor) -> None:
    rows = [[*row, None, "web", i] for i, row in enumerate(ROWS)]
    sketch = inspect(cursor, book({"Orders": [[*HEADER, None, "channel", "points"], *rows]}), ImportOptions())
    assert {"channel", "points"} <= {column.header for column in sketch.columns}
