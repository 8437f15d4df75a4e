"""Real exports of shops, with nothing said about them: totals equal those that pandas finds in the file by itself."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, stage

SHOPIFY = [("shopify_us_2019_2022/orders_export_1.csv", "USD"), ("shopify_tr_2025/orders_export.csv", "TRY")]


def of_orders(cursor: Cursor) -> pd.Series:
    found = cursor.frame("select order_id, cast(sum(amount) as double) as amount from staged group by order_id")
    return found.set_index("order_id").amount.sort_index()


@pytest.mark.parametrize(("name", "currency"), SHOPIFY)
def test_shopify(cursor: Cursor, shared: Path, name: str, currency: str) -> None:
    report = stage(cursor, shared / name, ImportOptions(currency=currency))
    orders = pd.read_csv(shared / name).groupby("Name").first()
    orders = orders[orders["Currency"] == currency]
    assert (of_orders(cursor) - orders["Subtotal"].sort_index()).abs().max() < 1e-9
    assert report.facts["orders"] == len(orders)
    keys = orders["Email"].str.strip().str.lower().fillna(orders["Phone"].astype(str))
    assert report.facts["customers"] == keys.nunique()


def test_shopify_without_lines_and_customers(cursor: Cursor, shared: Path) -> None:
    path = shared / "shopify_au_2014_2017" / "orders_export.csv"
    report = stage(cursor, path, ImportOptions())
    assert float(report.money_loaded) == pytest.approx(pd.read_csv(path)["Subtotal"].sum())
    assert any("need a customer column" in note for note in report.notes)


def test_tiendanube(cursor: Cursor, shared: Path) -> None:
    path = shared / "tiendanube_ar_2025" / "ventas-latin1.csv"
    report = stage(cursor, path, ImportOptions())
    orders = pd.read_csv(path, sep=";", encoding="latin-1").groupby("Número de orden").first()
    net = orders["Total"] - orders["Costo de envío"]
    found = of_orders(cursor)
    assert (found.set_axis(found.index.astype(int)).sort_index() - net.sort_index()).abs().max() < 1e-6
    assert (report.facts["customers"], report.facts["first_date"]) == (orders["Email"].nunique(), "2025-11-04")


def test_shopee(cursor: Cursor, shared: Path) -> None:
    report = stage(cursor, shared / "shopee_vn_2023_h1" / "Order.all.20230101_20230630.xlsx", ImportOptions())
    assert (report.money_read, report.money_loaded) == (11_541_318, 8_064_195)
    assert (report.facts["orders"], report.facts["customers"]) == (44, 44)
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("cancelled", 24)]


@pytest.mark.parametrize("name", ["tmall_order_report.csv", "tmall_order_report_slashdates.csv"])
def test_tmall(cursor: Cursor, shared: Path, name: str) -> None:
    path = shared / "tmall_order_report_2020" / name
    report = stage(cursor, path, ImportOptions())
    orders = pd.read_csv(path).rename(columns=str.strip)
    assert (report.read, report.set_aside) == (28_010, orders["订单付款时间"].isna().sum())
    assert report.facts["refund_lines_made"] == (orders["退款金额"] > 0).sum() == 5_646
    assert float(cursor.value("select sum(amount) from staged")) == pytest.approx(orders["买家实际支付金额"].sum())
    assert any("need a customer column" in note for note in report.notes)


def test_woocommerce(cursor: Cursor, shared: Path) -> None:
    path = shared / "woocommerce_lines_synthetic" / "woocommerce_orders.csv"
    report = stage(cursor, path, ImportOptions())
    lines = pd.read_csv(path)
    paid = lines[lines["status"] != "pending"]
    assert float(report.money_read) == pytest.approx(lines["item_total"].sum())
    assert float(report.money_loaded) == pytest.approx(paid["item_total"].sum())
    assert report.facts["customers"] == paid["billing_email"].nunique()


def test_other_exports(cursor: Cursor, shared: Path) -> None:
    etsy = stage(cursor, shared / "etsy_2023" / "EtsySoldOrders2023.csv", ImportOptions())
    assert (etsy.money_loaded, etsy.facts["customers"]) == (Decimal("1403.44"), 73)
    stripe = stage(cursor, shared / "stripe_payments" / "payments_semicolon.csv", ImportOptions())
    assert (stripe.money_loaded, stripe.facts["customers"]) == (Decimal("49003.22"), 94)
    odoo = stage(cursor, shared / "odoo_sale_order_vi" / "Sales Order (sale.order).xlsx", ImportOptions())
    assert (odoo.loaded, odoo.facts["customers"], odoo.money_loaded) == (140, 87, 6_838_051_101)
    square = stage(cursor, shared / "square_transactions_2018" / "square_example.csv", ImportOptions())
    assert square.money_loaded == 2_434


def test_other_tables(cursor: Cursor, shared: Path) -> None:
    path = shared / "comcast_complaints_2015" / "Comcast_telecom_complaints_data.csv"
    stage(cursor, path, ImportOptions(table="complaints"))
    counts = "select outcome, count(*) from staged group by outcome order by outcome"
    assert cursor.rows(counts) == [("closed", 734), ("settled", 973), (None, 363 + 154)]
    days = cursor.frame("select cast(opened_at as date) as day from staged order by line_no").day
    assert (pd.to_datetime(pd.read_csv(path)["Date_month_year"], format="%d-%b-%y") == days).all()
    stage(cursor, shared / "cfpb_barclays_2023" / "BARCLAYS_BANK_DELAWARE_2023_3k.csv", ImportOptions("complaints"))
    assert cursor.rows(counts) == [("closed", 2_477), ("settled", 281)]
    stage(cursor, shared / "nps_retail_bank" / "NPStimeseries.csv", ImportOptions("surveys"))
    nps = "select 100.0 * (count(*) filter (perceived >= 9) - count(*) filter (perceived <= 6)) / count(*) from staged"
    assert cursor.value(nps) == pytest.approx(11.80)
    olist = stage(cursor, shared / "olist_sample_5k" / "olist_customers_dataset.csv", ImportOptions("customers"))
    assert olist.facts["customers"] == 3_998
    telco = stage(cursor, shared / "ibm_telco_churn" / "Telco_customer_churn.xlsx", ImportOptions("customers"))
    assert telco.facts["customers"] == 7_043
