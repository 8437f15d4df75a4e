"""Rules of segments edited, tried, saved and taken back; a list saved and found again: in a real browser."""

import re
from collections.abc import Callable, Iterator

import pytest

from loyalty_metrics import Workspace
from tests.browser.conftest import Visit, find_browser, start_app
from tests.oracles.tables import purchases

ROW = 35
"""Height of a row of an editable table."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app with the workspace `shop`, of forty customers."""
    find_browser()
    folder = tmp_path_factory.mktemp("shops")
    days = [f"2025-{1 + n // 25:02}-{1 + n % 25:02}" for n in range(41)]
    once = [(f"c{n}", days[n], 50 if n % 3 else 5) for n in range(40)]
    again = [(f"c{n}", days[n + 1], 50) for n in range(40) if n % 3]
    purchases(*once, *again).to_parquet(folder / "lines.parquet")
    workspace = Workspace.open(folder / "shop.duckdb")
    workspace.import_file(folder / "lines.parquet")
    workspace.close()
    app, base = start_app(folder)
    yield base
    app.terminate()
    app.wait(10)


def choose(one: Visit, row: int, segment: str) -> None:
    """Take another segment for the first cell of a row of the table of scores, with the keyboard."""
    box = one.page.get_by_test_id("stDataFrame").first.bounding_box()
    one.page.mouse.click(box["x"] + 180, box["y"] + ROW * row + ROW / 2)
    one.page.keyboard.press("Enter")
    one.page.wait_for_timeout(500)
    one.page.keyboard.type(segment)
    one.page.wait_for_timeout(300)
    one.page.keyboard.press("Enter")
    one.settle()


def test_rules_are_edited_tried_saved_and_taken_back(visit: Callable[..., Visit], address: str) -> None:
    one = visit(1280, 2200, at=address).open("segments?workspace=shop&section=rules")
    assert "The house rules hold here" in one.text()
    choose(one, 5, "Hibernating")  # R 1, FM 1: long ago, once, little
    # c0, c3 and c6 came first, once, for 5 each.
    assert "3 of 40 customers (7.5%) would move to another segment, who bring 15 of revenue." in one.text()
    save = one.page.get_by_role("button", name="Save these rules")
    one.press(save, until=one.page.get_by_text("The rules of version 1, saved on"))
    one.settle()
    assert "would move to another segment" not in one.text()
    one.page.get_by_text("1 version was saved so far").click()
    one.settle(1)  # it slides open, and what is in it moves under the pointer
    back = one.page.get_by_role("button", name="Go back to it")
    one.press(back, until=one.page.get_by_text("The rules of version 2, saved on"))
    one.settle()
    assert "2 versions were saved so far" in one.text()
    assert not one.errors and not one.outside


def test_a_list_is_saved_and_found_again(visit: Callable[..., Visit], address: str) -> None:
    one = visit(1280, 1800, at=address).open("segments?workspace=shop&section=groups")
    one.page.get_by_text("Who?", exact=True).first.click()
    one.settle()
    counted = one.page.get_by_text(re.compile(r"^\d+ customers? · Segment: Champions"))
    counted.wait_for(timeout=30_000)
    n = re.match(r"\d+", counted.inner_text())[0]
    one.page.get_by_role("button", name="Save as a list").click()
    one.page.get_by_label("Name of the list").fill("Spring letter")
    one.page.keyboard.press("Enter")
    one.settle()
    saved = one.page.get_by_text("You find it on the page Lists")
    one.press(one.page.get_by_role("button", name="Save the list"), until=saved)
    other = visit(390, 1600, at=address).open("lists?workspace=shop")
    other.page.get_by_text("Spring letter").first.wait_for(timeout=30_000)
    assert f"{n} customers" in other.text()
    assert not one.errors and not one.outside
