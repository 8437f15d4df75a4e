"""Every control is used on shops of which much cannot be told: nobody comes back, or the data name no customer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import shops
from tests.browser.conftest import Visit
from tests.browser.crawler import FULL, LEAST, Server, crawl, serve

# The page of data comes last: what it holds is taken back there.
PAGES = ("", "retention", "segments", "pareto", "value", "actions", "customer", "lists", "data")
PLAIN_PAGES = ("",)
"""What a plain run looks at: a page takes up to a minute. `pytest -m ''` looks at all."""
FILE = "order_id,customer_id,order_date,amount,shipping\n1,A,2026-03-14,10.50,2\n2,B,2026-06-15,20,2\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app with both shops."""
    folder = tmp_path_factory.mktemp("shops")
    shops.make(folder)
    yield from serve(folder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file on its way in."""
    path = tmp_path / "orders.csv"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize("shop", [shops.NO_REPEATS, shops.NO_CUSTOMERS])
@pytest.mark.parametrize(
    "path", [page if page in PLAIN_PAGES else pytest.param(page, marks=pytest.mark.slow) for page in PAGES]
)
def test_every_control_is_sound(visit: Callable[..., Visit], server: Server, path: str, shop: str, file: Path) -> None:
    crawl(visit, server, path, shop, **LEAST, file=file if path == "data" else None)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("shop", [shops.NO_REPEATS, shops.NO_CUSTOMERS])
@pytest.mark.parametrize("path", PAGES)
def test_every_option_of_every_control_is_sound(
    visit: Callable[..., Visit], tmp_path: Path, path: str, shop: str, width: int, file: Path
) -> None:
    shops.make(tmp_path)
    for server in serve(tmp_path):
        crawl(visit, server, path, shop, width, **FULL, file=file if path == "data" else None)


def test_pages_say_that_the_data_name_no_customer_and_show_what_was_sold(
    visit: Callable[..., Visit], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("nobody")
    shops.make(folder)
    for server in serve(folder):
        one = visit(at=server.base).open(f"retention?workspace={shops.NO_CUSTOMERS}")
        assert "These data name no customer" in one.text() and "Widen the filters" not in one.text()
        # 120 orders: 30 each of 24.5, 8, 59.9 and 120, with 1, 2 and 3 pieces in turn.
        assert "120 orders" in one.text() and "12.7K of revenue" in one.text()
        assert "Rug brings most" in one.text()
