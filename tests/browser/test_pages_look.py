"""Every page opens in a browser: wide and narrow, light and dark, with nothing from elsewhere."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

PAGES = {
    "": "How are we doing?",
    "retention": "Do customers come back?",
    "value": "What are our customers worth?",
    "actions": "What do we do about it?",
    "segments": "Who are our customers?",
    "pareto": "Does 80/20 hold here?",
    "data": "Bring in your data",
    "glossary": "What do the numbers mean?",
}
WIDE, NARROW = (1280, 720), (390, 844)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_opens_clean(visit: Callable[..., Visit], scheme: str) -> None:
    sizes = [WIDE, NARROW] if scheme == "light" else [NARROW, WIDE]
    one = visit(*sizes[0], scheme)
    for path, title in PAGES.items():
        one.open(path)
        assert title in one.text(), path
        assert not one.page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]').count(), path
        for width, height in sizes:
            one.page.set_viewport_size({"width": width, "height": height})
            one.page.wait_for_timeout(300)
            # Charts take the new width a moment later, a long one on a busy machine.
            if overflow(one):
                one.settle(3)
            assert not overflow(one), f"{path or 'review'} is wider than {width}"
            assert cut_off(one) == [], f"{path or 'review'} at {width}"
    assert one.outside == []
    assert one.errors == []


def overflow(one: Visit) -> bool:
    """Whether the page must be scrolled sideways."""
    return one.page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth > main.clientWidth + 1 }"
    )


def cut_off(one: Visit) -> list[str]:
    """The cells of tables that end beyond what is seen of their table."""
    return one.page.evaluate(
        "() => [...document.querySelectorAll('.stTable')].flatMap(table => {"
        "  const end = table.getBoundingClientRect().right + 1;"
        "  return [...table.querySelectorAll('th, td')].filter(cell => cell.getBoundingClientRect().right > end)"
        "    .map(cell => cell.innerText).filter(text => text) })"  # what is folded away has no text
    )


def test_answer_stands_above_the_fold(visit: Callable[..., Visit]) -> None:
    one = visit().open("")
    for metric in one.page.locator('[data-testid="stMetric"]').all():
        box = metric.bounding_box()
        assert box["y"] + box["height"] < 720


def test_controls_can_be_reached_by_keyboard(visit: Callable[..., Visit]) -> None:
    one = visit().open("retention")
    reached = set()
    for _ in range(40):
        one.page.keyboard.press("Tab")
        reached.add(one.page.evaluate("() => document.activeElement.innerText").split("\n")[0])
    assert {"Filters", "Counting rules", "Who?"} <= reached
