"""Every control of the pages about figures is used on the sample shop: no error, no blank page, no heading alone."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.crawler import FULL, PLAIN, Server, crawl, serve

PAGES = ("", "retention", "pareto", "glossary")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app on the sample alone."""
    yield from serve(tmp_path_factory.mktemp("shops"))


@pytest.mark.slow  # a page takes a minute and more
@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_sound(visit: Callable[..., Visit], server: Server, path: str) -> None:
    crawl(visit, server, path, "sample", **PLAIN, with_bar=path == "retention")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_every_option_of_every_control_is_sound(
    visit: Callable[..., Visit], server: Server, path: str, width: int
) -> None:
    crawl(visit, server, path, "sample", width, **FULL)
