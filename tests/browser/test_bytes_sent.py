"""How much a page sends to the browser, counted on the wire: frames stay small, however many rows are behind them."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

MOST = {"": 160, "retention": 360, "segments": 50, "pareto": 90, "value": 50}
"""Kilobytes by page, on the sample shop of 20,000 orders; what is drawn does not grow with the orders."""


@pytest.mark.parametrize("path", MOST)
def test_a_page_sends_no_more_than_it_shows(visit: Callable[..., Visit], path: str) -> None:
    sent: list[int] = []
    one = visit()
    one.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sent.append(len(data))))
    one.open(path)
    assert 1 < sum(sent) / 1000 < MOST[path]
