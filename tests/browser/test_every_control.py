"""Every control of every page is used on the sample shop: no error, no blank page, nothing without words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visit, find_browser, start_app
from tests.browser.crawler import Crawl

PAGES = ("", "retention", "segments", "pareto", "value", "actions", "customer", "lists", "data", "glossary")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An app on the sample alone, and its log."""
    find_browser()
    folder = tmp_path_factory.mktemp("shops")
    log = folder / "server.log"
    app, base = start_app(folder, log)
    yield base, log
    app.terminate()
    app.wait(10)


@pytest.mark.parametrize("path", PAGES)
def test_every_control_of_a_page(visit: Callable[..., Visit], server: tuple[str, Path], path: str) -> None:
    base, log = server
    one = visit(1280, 1600, at=base)
    used = Crawl(one, f"{path}?workspace=sample", log, with_bar=path in ("", "retention")).run()
    assert used > 2
    assert one.outside == []
