"""Finding a customer with the keyboard alone, and coming to them from a list."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pandas as pd

from tests.browser.conftest import ROOT, Visit

SAMPLE = ROOT / "data" / "sample"


def customer_in(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("customer", [""])[0]


def bought(customer: str) -> tuple[int, float]:
    """Orders worth something and net revenue of a customer, in pandas alone."""
    lines = pd.read_parquet(SAMPLE / "transactions.parquet")
    lines = lines[lines["customer_id"] == customer]
    order = lines["refund_of"].fillna(lines["order_id"])
    sums = lines["amount"].astype(float).groupby(order).sum().round(2)
    return int((sums > 0).sum()), float(sums.sum())


def test_type_enter_tab_arrow(visit: Callable[..., Visit]) -> None:
    one = visit(1280, 1400).open("customer")
    field = one.page.get_by_placeholder("name, e-mail, phone or customer id")
    field.click()
    one.page.keyboard.type("tran lan")
    one.page.keyboard.press("Enter")
    one.page.get_by_text(re.compile("is in the segment|no purchase")).first.wait_for(timeout=30_000)
    one.settle()
    first = customer_in(one.page.url)
    names = pd.read_parquet(SAMPLE / "customers.parquet").set_index("customer_id")["name"]
    assert names[first] == "Trần Lan"
    orders, revenue = bought(first)
    told = one.text()
    assert f"{orders} orders worth €{revenue:,.0f}" in told
    one.page.get_by_role("radio").first.focus()
    one.page.keyboard.press("ArrowDown")
    one.page.wait_for_function(f"!location.search.includes('customer={first}')", timeout=30_000)
    one.settle()
    second = customer_in(one.page.url)
    assert second != first and names[second].startswith("Trần")
    other = visit(1280, 1400).open(one.page.url.removeprefix(one.base))
    assert f"{bought(second)[0]} order" in other.text() and second in other.text()
    assert not one.errors and not one.outside


def test_a_ticked_row_of_a_list_opens_the_customer(visit: Callable[..., Visit]) -> None:
    one = visit(1280, 2400).open("segments")
    one.page.get_by_test_id("stButtonGroup").filter(has_text="Who?").first.get_by_text("Who?").click()
    one.settle()
    search = one.page.get_by_label("Search").first
    search.fill("C-00418")
    search.press("Enter")
    one.settle()
    grid = one.page.get_by_test_id("stDataFrame").first
    grid.wait_for()
    box = grid.bounding_box()
    one.page.mouse.click(box["x"] + 15, box["y"] + 38 + 17)
    one.page.get_by_text("Who is this customer?").wait_for(timeout=30_000)
    one.settle()
    assert customer_in(one.page.url) == "C-00418"
    assert "Maeve Nolan" in one.text()
