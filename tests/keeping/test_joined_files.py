"""Orders, their lines and their customers in files of their own come in as one, and nothing of them is lost."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.several import FilesRefused
from tests.ingest.conftest import SHARED

CASES = Path(__file__).parents[1] / "cases"
FILES = {
    "order_items.csv": "order_id,order_item_id,product_id,price,freight_value\n"
    "o1,1,p1,10.50,1\no1,2,p2,4.00,1\no2,1,p1,10.50,1\no4,1,p2,4.00,1\nlost,1,p2,7.00,1\n",
    "orders.csv": "order_id,customer_id,order_status,order_purchase_timestamp\n"
    "o1,c1,delivered,2018-01-05 10:00:00\no2,c2,delivered,2018-02-05 10:00:00\n"
    "o3,c3,delivered,2018-02-06 10:00:00\no4,c4,canceled,2018-02-07 10:00:00\n",
    "customers.csv": "customer_id,customer_unique_id,customer_city\nc1,u1,Rio\nc2,u1,Rio\nc3,u2,Bahia\nc4,u2,Bahia\n",
    "products.csv": "product_id,product_category_name\np1,tea\np2,cups\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_files_of_one_shop_are_laid_together(folder: Path) -> None:
    workspace = Workspace.in_memory()
    (report,) = workspace.import_files([folder])
    assert report.file == "order_items + orders + customers + products.parquet"
    assert (report.read, report.loaded, report.money_read, report.money_loaded) == (6, 3, 36, 25)
    assert {reason.code: (reason.rows, reason.money) for reason in report.reasons} == {
        "amount_missing": (1, 0),  # an order without lines
        "cancelled": (1, 4),
        "date_missing": (1, 7),  # a line without its order
    }
    with workspace._database.cursor() as cursor:
        rows = cursor.rows(
            "select order_id, k.customer_id, category, amount from transactions inner join customer_keys as k"
            " using (customer_key) order by order_id, amount"
        )
    assert rows == [
        ("o1", "u1", "cups", Decimal(4)),
        ("o1", "u1", "tea", Decimal("10.5")),
        ("o2", "u1", "tea", Decimal("10.5")),
    ]


def test_orders_and_lines_in_words_of_any_shop(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("Order No,Product,Quantity,Unit price\n1,tea,2,5\n1,cup,1,3\n2,tea,1,5\n")
    (tmp_path / "orders.csv").write_text("Order No,Customer,Order date\n1,A,2025-01-05\n2,B,2025-01-06\n")
    workspace = Workspace.in_memory()
    (report,) = workspace.import_files([tmp_path])
    assert (report.read, report.loaded, report.money_loaded, report.facts["customers"]) == (3, 3, 18, 2)


def test_freight_is_no_money_of_orders_that_have_their_lines_beside_them(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_bytes((CASES / "10-freight-taken-as-revenue" / "orders.csv").read_bytes())
    with pytest.raises(FilesRefused, match="no column for amount"):
        Workspace.in_memory().import_files([orders])
    lines = tmp_path / "order_details.csv"
    lines.write_text(
        "OrderID,ProductID,UnitPrice,Quantity,Discount\n1,11,14.00,12,0\n1,42,9.80,10,0\n2,72,34.80,5,0\n3,1,2,5,0\n"
    )
    (report,) = Workspace.in_memory().import_files([orders, lines])
    assert (report.loaded, report.money_loaded, report.facts["customers"]) == (4, 450, 2)


def test_lines_alone_are_refused_and_whole_files_stay_apart(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FilesRefused, match="no column for ordered_at"):
        Workspace.in_memory().import_files([folder / "order_items.csv", folder / "products.csv"])
    for name, row in (("a.csv", "1,A,2025-01-05,10"), ("b.csv", "2,B,2025-01-06,20")):
        (tmp_path / name).write_text(f"order_id,customer_id,ordered_at,amount\n{row}\n")
    reports = Workspace.in_memory().import_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert [report.file for report in reports] == ["a.csv", "b.csv"]


def test_olist() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the real files of {SHARED} are not on this machine")
    names = ("orders", "order_items", "customers", "products")
    paths = [SHARED / "olist_sample_5k" / f"olist_{name}_dataset.csv" for name in names]
    (report,) = Workspace.in_memory().import_files(paths)
    orders, items, customers = (pd.read_csv(path) for path in paths[:3])
    joined = items.merge(orders, how="outer", on="order_id").merge(customers, how="left", on="customer_id")
    sold = joined[~joined["order_status"].isin(["canceled", "unavailable"]) & joined["price"].notna()]
    assert (report.read, report.loaded) == (len(joined), len(sold))
    assert float(report.money_loaded) == pytest.approx(sold["price"].sum())
    assert report.facts["customers"] == sold["customer_unique_id"].nunique()
    assert report.facts["orders"] == sold["order_id"].nunique()
