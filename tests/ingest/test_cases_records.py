"""Records of JSON and SQLite, and lines of text that stand in quotation marks or lost letters."""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import FileSketch, ImportOptions, ImportReport, stage

CASES = Path(__file__).parents[1] / "cases"
HEADER = ["order id", "customer id", "order date", "product", "amount"]


def notes(report: ImportReport | FileSketch) -> str:
    return " | ".join(report.notes)


# JSON and SQLite


def orders(count: int = 3, **more: Any) -> list[dict[str, Any]]:
    return [
        {"order_id": f"{i}", "customer": {"id": f"c{i}"}, "created_at": f"2024-01-0{i}", "total_price": "30.00", **more}
        for i in range(1, count + 1)
    ]


LINES = [{"product": "tea", "quantity": 1, "price": 10}, {"product": "cup", "quantity": 2, "price": 10}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda records: records, lambda records: {"orders": records, "count": len(records)}])
def test_records_in_a_list(load, wrap: Callable[[Any], Any], indent: int | None) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        report = load(json.dumps(wrap(orders()), indent=indent), "orders.json", encoding)
        assert (report.loaded, report.money_loaded, report.facts["customers"]) == (3, 90, 3)


def test_a_list_within_each_record_becomes_rows_and_the_total_counts_once(load, cursor: Cursor) -> None:
    report = load(json.dumps(orders(line_items=LINES)), "orders.json")
    assert (report.loaded, report.money_loaded, report.facts["orders"]) == (6, 90, 3)
    assert 'each part of "line_items" is a row' in notes(report)
    assert cursor.rows("select product, amount from staged order by line_no limit 2") == [("tea", 10), ("cup", 20)]


def test_lines_are_chosen_among_several_lists(load) -> None:
    report = load(json.dumps(orders(line_items=LINES, refunds=[{"a": 1}, {"a": 2}])), "orders.json")
    assert report.money_loaded == 90
    assert 'The list "refunds" is taken as text' in notes(report)
    with pytest.raises(ImportRefused, match=r"records hold several lists \(one, two\)"):
        load(json.dumps(orders(one=LINES, two=LINES)), "orders.json")


def test_several_lists_of_records_are_named(load) -> None:
    both = json.dumps({"orders": orders(), "returns": orders(1)})
    with pytest.raises(ImportRefused, match=r"several lists of records \(orders, returns\); .*--sheet"):
        load(both, "orders.json")
    assert load(both, "orders.json", sheet="orders").loaded == 3


def test_numbers_of_json_keep_their_digits(load, cursor: Cursor) -> None:
    record = (
        '{"order_id": 12345678901234567890123, "order_date": "2024-01-02", "customer_id": null, "amount": 1234567.0050}'
    )
    load(f"[{record}]", "orders.json")
    assert cursor.rows("select order_id, customer_id, amount from staged") == [
        ("12345678901234567890123", None, Decimal("1234567.005"))
    ]


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.ndjson", "orders.json", "orders.txt"])
def test_a_broken_line_of_json_lines_is_set_aside_with_its_line(load, cursor: Cursor, name: str) -> None:
    lines = [json.dumps(one) for one in orders(5)]
    lines[2] = lines[2][:-9]
    report = load("\n".join(lines), name)
    assert (report.read, report.loaded, report.money_loaded) == (5, 4, 120)
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("broken_record", 1)]
    assert cursor.rows("select line_no, raw from set_aside") == [(3, json.dumps(lines[2]))]
    assert cursor.rows("select list(line_no order by line_no) from staged") == [([1, 2, 4, 5],)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[{"order_id": 1, "amount": 2}, {"order', "record 2 is no whole JSON"),
        ('{"orders": [{"order_id": 1', "is damaged or cut off"),
        ("[[1, 2], [3, 4]]", "record 1 has no named fields"),
        ("[]", "no JSON with records"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_json_without_records_is_refused(load, content: str, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=rf"orders\.json.*{sentence}"):
        load(content, "orders.json")


@pytest.fixture
def database(tmp_path: Path) -> Callable[..., Path]:
    """Write a SQLite database."""

    def write(*statements: str) -> Path:
        path = tmp_path / "shop.db"
        made = sqlite3.connect(path)
        for statement in statements:
            made.execute(statement)
        made.commit()
        made.close()
        return path

    return write


ORDERS = (
    "create table stock (shelf text, pieces integer)",
    "insert into stock values ('a', 1)",
    "create table orders (order_id integer, customer_id text, order_date text, amount real)",
    "insert into orders values (1, '007', '2024-01-02', 1.1), (2, 'b', '2024-01-03', 2), (3, null, '2024-01-04', 5.5)",
)


def test_the_table_of_a_database_that_fits_is_read(cursor: Cursor, database) -> None:
    report = stage(cursor, database(*ORDERS), ImportOptions())
    assert (report.loaded, report.money_loaded) == (3, Decimal("8.6"))
    assert 'Read from the table "orders"; the database also has "stock".' in report.notes
    assert cursor.rows("select order_id, customer_id from staged order by line_no limit 1") == [("1", "007")]


def test_a_view_that_repeats_a_table_is_asked_about(cursor: Cursor, database) -> None:
    path = database(*ORDERS, "create view everything as select * from orders")
    with pytest.raises(ImportRefused, match='"orders", "everything" hold the same rows'):
        stage(cursor, path, ImportOptions())
    assert stage(cursor, path, ImportOptions(sheet="everything")).loaded == 3
    with pytest.raises(ImportRefused, match='has no table "sales"; its tables are stock, orders, everything'):
        stage(cursor, path, ImportOptions(sheet="sales"))


def test_a_damaged_database_is_told(cursor: Cursor, database) -> None:
    path = database(*ORDERS)
    content = path.read_bytes()
    path.write_bytes(content[:100] + os.urandom(len(content) - 100))
    with pytest.raises(ImportRefused, match=r"shop\.db is a SQLite database that is damaged, locked or encrypted"):
        stage(cursor, path, ImportOptions())


def test_records_in_archives(cursor: Cursor, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("orders.json", json.dumps(orders()))
    assert stage(cursor, tmp_path / "all.zip", ImportOptions()).loaded == 3


# Text


def wrapped(rows: list[list[str]], delimiter: str, end: str) -> list[str]:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return ['"' + line.replace('"', '""') + '"' + end for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("end", ["", ";;", ",,,"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_lines_in_quotation_marks(load, cursor: Cursor, delimiter: str, end: str) -> None:
    rows = [[str(i), "C1", f"2024-01-1{i}", f'a "large"{delimiter} cup', "10.5"] for i in range(4)]
    report = load("\n".join(wrapped([HEADER, *rows], delimiter, end)))
    assert (report.loaded, report.money_loaded) == (4, 42)
    assert cursor.value("select min(product) from staged") == f'a "large"{delimiter} cup'


def test_single_lines_in_quotation_marks(load) -> None:
    rows = [[str(i), "C1", "2024-01-11", "tea", "10"] for i in range(8)]
    lines = [",".join(HEADER), *(",".join(row) for row in rows[:7]), *wrapped(rows[7:], ",", "")]
    report = load("\n".join(lines))
    assert (report.loaded, report.money_loaded) == (8, 80)
    assert "read as the fields within: 1." in notes(report)


def test_rows_of_quoted_fields_are_not_lines_in_quotation_marks(load) -> None:
    rows = [",".join(f'"{cell}"' for cell in cells) for cells in (HEADER, ["1", "C", "2024-01-11", "a, b", "10"])]
    report = load("\n".join(rows))
    assert report.money_loaded == 10
    assert "quotation marks" not in notes(report)


VENTAS = (CASES / "25-headers-with-replacement-characters" / "ventas.csv").read_text(encoding="utf-8")
WHOLE = VENTAS.replace("N\ufffdm", "Núm").replace("env\ufffd", "enví").replace("Tel\ufffdf", "Teléf")
WHOLE = WHOLE.replace("Pa\ufffds", "País").replace("cancelaci\ufffd", "cancelació")


@pytest.mark.parametrize(
    "text",
    [VENTAS, VENTAS.replace("\ufffd", "?"), VENTAS.replace("\ufffd", "\ufffd\ufffd"), WHOLE.encode().decode("cp1252")],
    ids=["lost", "question marks", "two signs a letter", "taken for cp1252"],
)
def test_headers_with_lost_letters(load, text: str) -> None:
    report = load(text)
    assert (report.loaded, report.money_loaded, report.facts["orders"]) == (3, 150, 2)
    assert "Recognised as an export of Tiendanube" in notes(report)
    assert 'as "Número de orden"' in notes(report) or "número de orden" in notes(report).casefold()


def test_a_question_is_no_lost_letter(load) -> None:
    sketch_notes = notes(load(f"{','.join(HEADER)},Award?\n1,a,2024-01-02,tea,5,yes\n"))
    assert "Letters were lost" not in sketch_notes


# Properties

names = st.text(
    st.characters(codec="utf-8", exclude_characters="[]:*?/\\'\"\0", exclude_categories=("C", "Z")),
    min_size=1,
    max_size=20,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.decimals(-10_000, 10_000, places=2), min_size=1, max_size=20), names)
def test_json_lines_give_the_money_they_hold(tmp_path: Path, money: list[Decimal], customer: str) -> None:
    path = tmp_path / "orders.jsonl"
    records = (
        f'{{"order_id": "{i}", "customer_id": {json.dumps(customer)}, "order_date": "2024-01-02", "amount": {one}}}'
        for i, one in enumerate(money)
    )
    path.write_text("\n".join(records), encoding="utf-8")
    database = Database(None)
    with database.cursor() as cursor:
        report = stage(cursor, path, ImportOptions())
    database.close()
    assert report.money_read == sum(money)
    assert report.read == len(money)
