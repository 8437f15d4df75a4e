"""Known counts of real files are reproduced, with nothing said about their columns."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect, stage
from loyalty_metrics.schema import TRANSACTIONS

from .conftest import CDNOW, JOURNEY


def headers(report) -> dict[str, str]:
    return {mapped.column: mapped.header for mapped in report.mapping}


def test_cdnow(cursor: Cursor) -> None:
    report = stage(cursor, CDNOW / "CDNOW_master.txt", ImportOptions())
    assert (report.read, report.loaded, report.set_aside) == (69_659, 69_659, 0)
    assert report.money_loaded == Decimal("2500315.63")
    facts = report.facts
    assert (facts["customers"], facts["zero_amount_rows"], facts["duplicate_rows"]) == (23_570, 80, 255)
    assert (facts["first_date"], facts["last_date"]) == ("1997-01-01", "1998-06-30")
    assert any("each row is taken as an order" in note for note in report.notes)
    ids, lines, least, most = cursor.row(
        "select count(distinct order_id), count(distinct line_no), min(line_no), max(line_no) from staged"
    )
    assert (ids, lines, least, most) == (69_659, 69_659, 2, 69_660)
    customer, order = cursor.row("select customer_id, order_id from staged where line_no = 2")
    assert customer == "00001"
    assert order.startswith("00001@1997-01-01 00:00:00#")


def test_cdnow_sample_has_no_header(cursor: Cursor) -> None:
    path = CDNOW / "CDNOW_sample.txt"
    with pytest.raises(ImportRefused, match=r"CDNOW_sample\.txt .* no header line"):
        stage(cursor, path, ImportOptions())
    places = {"customer_id": "#1", "ordered_at": "#3", "quantity": "#4", "amount": "#5"}
    report = stage(cursor, path, ImportOptions(columns=places))
    assert (report.loaded, report.facts["customers"]) == (6_919, 2_357)
    assert cursor.row("select min(line_no), max(line_no) from staged") == (1, 6_919)


def test_complete_journey(cursor: Cursor) -> None:
    report = stage(cursor, JOURNEY / "transactions.parquet", ImportOptions())
    assert (report.read, report.loaded) == (1_469_307, 1_469_307)
    assert report.money_loaded == Decimal("4596039.58")
    assert report.facts["customers"] == 2_469
    assert report.facts["duplicate_rows"] is None
    assert headers(report) == {
        "order_id": "basket_id",
        "customer_id": "household_id",
        "ordered_at": "transaction_timestamp",
        "product": "product_id",
        "quantity": "quantity",
        "discount": "retail_disc",
        "amount": "sales_value",
        "store": "store_id",
    }
    described = cursor.rows("describe staged")
    expected = [(column.name, column.sql_type.upper()) for column in TRANSACTIONS.columns] + [("line_no", "BIGINT")]
    assert [(name, kind) for name, kind, *_ in described] == expected
    first = cursor.row("select customer_id, order_id, ordered_at, amount, discount from staged where line_no = 2")
    assert first == ("900", "31198570047", datetime(2017, 1, 1, 12, 10, 28), Decimal("0.99"), Decimal("0.10"))


@pytest.mark.parametrize("name", ["online_retail.parquet", "online_retail_typed_dates.parquet"])
def test_online_retail(cursor: Cursor, shared: Path, name: str) -> None:
    report = stage(cursor, shared / "uci_online_retail" / name, ImportOptions())
    assert (report.read, report.loaded) == (541_909, 541_909)
    assert report.money_loaded == Decimal("9747747.934")
    facts = report.facts
    assert (facts["customers"], facts["guest_rows"]) == (4_372, 135_080)
    assert (facts["cancellation_rows"], facts["negative_quantity_rows"]) == (9_288, 10_624)
    assert facts["duplicate_rows"] == 5_268
    assert cursor.value("select customer_id from staged where line_no = 1") == "17850"
    assert headers(report)["product"] == "StockCode"


def test_superstore_csv(cursor: Cursor, shared: Path) -> None:
    report = stage(cursor, shared / "superstore_en" / "Sample - Superstore.csv", ImportOptions())
    assert (report.read, report.loaded) == (10_194, 10_194)
    assert (report.facts["orders"], report.facts["customers"]) == (5_111, 804)
    assert any("read day first" in note for note in report.notes)
    row = cursor.row("select ordered_at, amount, discount, cost, product from staged where line_no = 2")
    assert row[:4] == (datetime(2019, 1, 3), Decimal("16.448"), Decimal("4.112"), Decimal("10.8968"))
    assert row[4].startswith('Message Book, Wirebound, Four 5 1/2" X 4" Forms')


def test_superstore_xls(cursor: Cursor, shared: Path) -> None:
    report = stage(cursor, shared / "superstore_en" / "Sample - Superstore.xls", ImportOptions())
    assert (report.read, report.loaded, report.facts["customers"]) == (9_994, 9_994, 793)
    assert round(report.money_loaded, 2) == Decimal("2297200.86")
    assert cursor.row("select min(line_no), max(line_no) from staged") == (2, 9_995)


def test_a_file_without_date_and_money_is_refused(cursor: Cursor, shared: Path) -> None:
    with pytest.raises(ImportRefused, match=r"no column for ordered_at .* nor for amount .* 订单号, SKU编码, 数量"):
        stage(cursor, shared / "gbk_order_lines_zh" / "订单数据.csv", ImportOptions())


def test_gbk(cursor: Cursor, shared: Path) -> None:
    report = stage(cursor, shared / "encoding_variants_derived" / "tmall_order_report_gbk.csv", ImportOptions())
    assert (report.read, headers(report)["ordered_at"]) == (1_999, "订单创建时间")


def test_utf16_and_decomposed_letters_read_alike(cursor: Cursor, shared: Path) -> None:
    folder = shared / "encoding_variants_derived"
    stage(cursor, folder / "shopee_vn_head300_utf16le_bom.txt", ImportOptions())
    wide = cursor.rows("select order_id, product, amount from staged order by line_no")
    stage(cursor, folder / "shopee_vn_head300_utf8_nfd.csv", ImportOptions())
    assert cursor.rows("select order_id, product, amount from staged order by line_no") == wide
    assert wide[0][1].startswith("Giá sách treo tường")


def test_several_currencies_are_refused(cursor: Cursor, shared: Path) -> None:
    path = shared / "shopify_tr_2025" / "orders_export.csv"
    with pytest.raises(ImportRefused, match=r"several currencies \(TRY: 76 rows, USD: 4 rows\)"):
        stage(cursor, path, ImportOptions())
    assert inspect(cursor, path, ImportOptions()).questions[0].code == "currencies"
