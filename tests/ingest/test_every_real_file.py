"""Every one of the real files comes in with nothing said of it, or is refused for the reason that holds."""

from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage

LOADED = {
    "airline_loyalty_ca/Customer Flight Activity.csv": ("points", 405_624, 405_624),
    "airline_loyalty_ca/Customer Loyalty History.csv": ("tiers", 16_737, 16_737),
    "cfpb_barclays_2023/BARCLAYS_BANK_DELAWARE_2023_3k.csv": ("complaints", 2_758, 2_758),
    "comcast_complaints_2015/Comcast_telecom_complaints_data.csv": ("complaints", 2_224, 2_224),
    "encoding_triplet_fr/sample.fr.cp1252.csv": ("transactions", 3, 3),
    "encoding_triplet_fr/sample.fr.iso88591.csv": ("transactions", 3, 3),
    "encoding_triplet_fr/sample.fr.utf8.csv": ("transactions", 3, 3),
    "encoding_variants_derived/shopee_vn_head300_utf16le_bom.txt": ("transactions", 300, 227),
    "encoding_variants_derived/shopee_vn_head300_utf8_nfd.csv": ("transactions", 300, 227),
    "encoding_variants_derived/tmall_order_report_gbk.csv": ("transactions", 1_999, 1_686),
    "etsy_2023/EtsySoldOrders2023.csv": ("transactions", 80, 80),
    "ibm_telco_churn/Telco_customer_churn.xlsx": ("customers", 7_043, 7_043),
    "nps_retail_bank/NPStimeseries.csv": ("surveys", 5_000, 5_000),
    "odoo_sale_order_vi/Sales Order (sale.order).xlsx": ("transactions", 140, 140),
    "olist_sample_5k/olist_customers_dataset.csv": ("customers", 4_000, 4_000),
    "shopee_vn_2023_h1/Order.all.20230101_20230630.xlsx": ("transactions", 90, 66),
    "shopify_au_2014_2017/orders_export.csv": ("transactions", 80, 80),
    "shopify_us_2019_2022/orders_export_1.csv": ("transactions", 80, 80),
    "square_transactions_2018/square_example.csv": ("transactions", 4, 4),
    "stripe_payments/balance_history.csv": ("transactions", 2, 2),
    "stripe_payments/payments_semicolon.csv": ("transactions", 99, 99),
    "stripe_payments/unified_payments.csv": ("transactions", 1, 1),
    "stripe_payments/unified_payments_2.csv": ("transactions", 6, 6),
    "stripe_payments/unified_payments_short.csv": ("transactions", 3, 3),
    "superstore_en/Sample - Superstore.csv": ("transactions", 10_194, 10_194),
    "superstore_en/Sample - Superstore.xls": ("transactions", 9_994, 9_994),
    "tiendanube_ar_2025/ventas-latin1.csv": ("transactions", 80, 80),
    "tmall_order_report_2020/tmall_order_report.csv": ("transactions", 28_010, 24_087),
    "tmall_order_report_2020/tmall_order_report_slashdates.csv": ("transactions", 28_010, 24_087),
    "uci_online_retail/online_retail.parquet": ("transactions", 541_909, 541_909),
    "uci_online_retail/online_retail_typed_dates.parquet": ("transactions", 541_909, 541_909),
    "wave_customers/customers_export.csv": ("customers", 5, 4),
    "woocommerce_lines_synthetic/woocommerce_orders.csv": ("transactions", 101, 93),
}
NOTHING = r"no column for ordered_at .* nor for amount"
REFUSED = {
    "airline_loyalty_ca/Airline Loyalty Data Dictionary.csv": NOTHING,
    "airline_loyalty_ca/Airline+Loyalty+Program.zip": "holds 3 tables",
    "donations_bgbb/donations.csv": NOTHING,
    "eastwest_airlines_miles/EastWestAirlines.csv": NOTHING,
    "facebook_ads_cac/KAG_conversion_data.csv": "--table costs, as it looks like a report of advertising",
    "gbk_order_lines_zh/sku数据.csv": NOTHING,
    "gbk_order_lines_zh/订单数据.csv": NOTHING,
    "iranian_churn/Customer_Churn.csv": NOTHING,
    "olist_sample_5k/olist_order_items_dataset.csv": "no column for ordered_at",
    "olist_sample_5k/olist_order_payments_dataset.csv": "no column for ordered_at",
    "olist_sample_5k/olist_order_reviews_dataset.csv": "no column for amount",
    "olist_sample_5k/olist_orders_dataset.csv": "no column for amount",
    "olist_sample_5k/olist_products_dataset.csv": NOTHING,
    "olist_sample_5k/product_category_name_translation.csv": NOTHING,
    "published_oracles/abc.csv": NOTHING,
    "published_oracles/genins_taylor_ashe.csv": NOTHING,
    "published_oracles/mortgage.csv": NOTHING,
    "published_oracles/mpdta.csv": NOTHING,
    "published_oracles/njmin.csv": NOTHING,
    "published_oracles/raa.csv": NOTHING,
    "published_oracles/rdrobust_senate.csv": NOTHING,
    "sbg_fader_hardie_2007/high_end.csv": NOTHING,
    "sfo_survey_2017/fact_comments.csv": NOTHING,
    "sfo_survey_2017/fact_ratings.csv": NOTHING,
    "sfo_survey_2017/fact_survey.csv": "no column for amount",
    "shopify_tr_2025/orders_export.csv": "several currencies",
    "shopify_us_2019_2022/customers_export_1.csv": "no column for ordered_at",
    "staff_turnover/turnover.csv": NOTHING,
}
NO_DATA = {"SOURCE.txt", "LICENSE-Apress.txt", "README.md"}


@pytest.mark.parametrize("name", LOADED)
def test_it_comes_in(cursor: Cursor, shared: Path, name: str) -> None:
    table, read, loaded = LOADED[name]
    report = stage(cursor, shared / name, ImportOptions(table=table))
    assert (report.read, report.loaded) == (read, loaded)
    if table == "transactions" and "customers" not in report.facts:
        assert any("need a customer column" in note for note in report.notes)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_for_the_right_reason(cursor: Cursor, shared: Path, name: str) -> None:
    with pytest.raises(ImportRefused, match=REFUSED[name]):
        stage(cursor, shared / name, ImportOptions())


def test_no_file_is_left_out(shared: Path) -> None:
    files = {str(path.relative_to(shared)) for path in shared.rglob("*.*") if path.is_file()}
    listed = LOADED.keys() | REFUSED.keys()
    assert {file for file in files - listed if Path(file).name not in NO_DATA and "catalogue" not in file} == set()
