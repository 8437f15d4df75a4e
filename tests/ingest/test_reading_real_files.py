"""Real exports open with the rows, columns and letters they have."""

from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, expand
from loyalty_metrics.ingest.read import open_source

OPENED = [
    ("airline_loyalty_ca/Customer Flight Activity.csv", 405_624, 10, "Loyalty Number", "commas"),
    ("cfpb_barclays_2023/BARCLAYS_BANK_DELAWARE_2023_3k.csv", 2_758, 19, "Date received", "utf-8"),
    ("comcast_complaints_2015/Comcast_telecom_complaints_data.csv", 2_224, 11, "Ticket #", "utf-8"),
    ("encoding_triplet_fr/sample.fr.cp1252.csv", 3, 3, "Remarque", "DÉPÔT"),
    ("encoding_triplet_fr/sample.fr.iso88591.csv", 3, 3, "Remarque", "DÉPÔT"),
    ("encoding_triplet_fr/sample.fr.utf8.csv", 3, 3, "Remarque", "utf-8"),
    ("encoding_variants_derived/shopee_vn_head300_utf16le_bom.txt", 300, 59, "Mã đơn hàng", "tabs"),
    ("encoding_variants_derived/shopee_vn_head300_utf8_nfd.csv", 300, 59, "Mã đơn hàng", "commas"),
    ("encoding_variants_derived/tmall_order_report_gbk.csv", 1_999, 7, "买家实际支付金额", "gb18030"),
    ("etsy_2023/EtsySoldOrders2023.csv", 80, 36, "Sale Date", "tabs"),
    ("gbk_order_lines_zh/订单数据.csv", 9_458, 4, "订单号", "gb18030"),
    ("header_catalogue/headers_A.psv", 13, 5, "platform", "bars"),
    ("ibm_telco_churn/Telco_customer_churn.xlsx", 7_043, 33, "CustomerID", None),
    ("odoo_sale_order_vi/Sales Order (sale.order).xlsx", 140, 7, "Order Reference", None),
    ("olist_sample_5k/olist_order_reviews_dataset.csv", 3_986, 7, "review_score", "utf-8"),
    ("shopee_vn_2023_h1/Order.all.20230101_20230630.xlsx", 90, 59, "Mã đơn hàng", None),
    ("shopify_au_2014_2017/orders_export.csv", 80, 10, "Created at", '\'001 in column "Billing Zip"'),
    ("stripe_payments/payments_semicolon.csv", 99, 15, "Amount", "semicolons"),
    ("superstore_en/Sample - Superstore.xls", 9_994, 21, "Order ID", '"Returns", "People"'),
    ("tiendanube_ar_2025/ventas-latin1.csv", 80, 45, "Número de orden", "cp1252"),
    ("tmall_order_report_2020/tmall_order_report.csv", 28_010, 7, "订单创建时间", "utf-8"),
]


@pytest.mark.parametrize(("name", "rows", "columns", "header", "noted"), OPENED)
def test_real_files_open(
    cursor: Cursor, shared: Path, name: str, rows: int, columns: int, header: str, noted: str | None
) -> None:
    with open_source(cursor, shared / name, ImportOptions()) as source:
        assert (source.rows, len(source.columns), source.has_header) == (rows, columns, True)
        assert (source.malformed, source.apart) == (0, 0)
        assert header in [column.header for column in source.columns]
        assert noted is None or any(noted in note for note in source.notes)


def test_a_real_zip_of_several_tables(shared: Path, tmp_path: Path) -> None:
    found = expand(shared / "airline_loyalty_ca" / "Airline+Loyalty+Program.zip", tmp_path)
    assert [path.name for path in found] == [
        "Airline Loyalty Data Dictionary.csv",
        "Customer Flight Activity.csv",
        "Customer Loyalty History.csv",
    ]
