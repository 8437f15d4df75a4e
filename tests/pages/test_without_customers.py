"""Data that name no customer: said before they are loaded, and every page says what can and what cannot be told."""

from pathlib import Path

import pytest

from loyalty_metrics import Workspace
from tests.pages.conftest import Open, texts
from tests.pages.test_data_page import load_button, new_workspace, upload

UNNAMED = """order_id,order_date,amount,category
1,2026-01-05,10.00,Tea
2,2026-02-07,20.00,Tea
3,2026-02-05,30.00,Mugs
"""
NAMED = """order_id,customer_id,order_date,amount,channel
1,,2026-01-05,10,shop
2,,2026-02-07,20,shop
3,A,2026-03-05,30,web
4,,2026-06-01,10,web
"""
PAGES = ("review", "retention", "segments", "pareto", "value", "customer", "lists")
NOBODY = "These data name no customer"


@pytest.fixture
def shops(folder: Path) -> Path:
    """Workspaces `unnamed` (no customer at all) and `named` (guests in the shop, one customer on the web)."""
    for name, lines in (("unnamed", UNNAMED), ("named", NAMED)):
        (folder / f"{name}.csv").write_text(lines)
        workspace = Workspace.open(folder / f"{name}.duckdb")
        workspace.import_file(folder / f"{name}.csv")
        workspace.close()
    return folder


def test_it_is_said_above_the_button_what_will_work_and_what_not(open_page: Open) -> None:
    app = new_workspace(upload(open_page("data"), UNNAMED.encode()), "unnamed")
    said = next(one.value for one in app.warning if "No row says who bought" in one.value)
    assert "Can be told: revenue, orders" in said and "Cannot be told: who comes back" in said
    assert "Change columns" in said
    assert load_button(app).label == "Load 3 rows into unnamed"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_about_customers_says_so_and_shows_what_was_sold(page: str, open_page: Open, shops: Path) -> None:
    app = open_page(page, workspace="unnamed")
    told = texts(app)
    assert NOBODY in told and "customer id, an e-mail" in told and "Widen" not in told
    assert "**60** of revenue from 3 orders, **20** an order on average." in told
    assert "**Mugs** brings most: 30, **50%** of revenue." in told
    assert app.title and not app.exception and not app.error


@pytest.mark.parametrize("section", ["decide", "care"])
def test_actions_on_customers_say_so_too(section: str, open_page: Open, shops: Path) -> None:
    assert NOBODY in texts(open_page("actions", workspace="unnamed", section=section))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"as_of": "2026-02-28"}, "Up to 28 Feb 2026 no order names a customer; later ones do."),
        ({"channel": "shop"}, "All orders that the filters leave are of guests"),
        ({"window": "30"}, "No customers are left in this scope. Widen the filters or the window"),
    ],
)
def test_pages_tell_apart_why_nobody_is_there(query: dict, words: str, open_page: Open, shops: Path) -> None:
    told = texts(open_page("segments", workspace="named", **query))
    assert NOBODY not in told and words in told
    assert ("of revenue from" in told) is ("Widen" not in told), "what was sold is shown where it explains something"


def test_nobody_with_an_order_worth_something_is_said(open_page: Open, folder: Path) -> None:
    (folder / "free.csv").write_text("order_id,customer_id,order_date,amount\n1,A,2026-01-05,0\n2,B,2026-02-07,0\n")
    workspace = Workspace.open(folder / "free.duckdb")
    workspace.import_file(folder / "free.csv")
    workspace.close()
    told = texts(open_page("segments", workspace="free"))
    assert "Up to 7 Feb 2026 no customer has an order worth more than nothing after refunds." in told
