"""Bringing files in, as a new user does it in a browser: dropped, asked about, loaded, cancelled, mended."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.test_pages_look import NARROW, WIDE, overflow

DOUBTFUL = "order_id,customer_id,order_date,amount\n1,A,03/04/2026,10.50\n2,B,05/06/2026,20\n3,A,07/06/2026,9\n"
LINES = 2_000_000


def drop(one: Visit, *files: Path) -> Visit:
    """Drop files on the page."""
    one.page.locator('input[type="file"]').first.set_input_files(files)
    return one.settle(1)


def in_workspace(one: Visit, name: str) -> Visit:
    """Make a workspace and go there."""
    one.open("data")
    one.page.get_by_text("Make a new workspace").click()
    one.page.get_by_label("Name of the new workspace").fill(name)
    press(one, "Make workspace", until=one.page.get_by_text("Nothing was imported yet"))
    return one.settle()


def press(one: Visit, text: str, until: object) -> None:
    one.press(one.page.get_by_role("button", name=text), until)


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_new_user_gets_from_a_doubtful_file_to_the_review(
    visit: Callable[..., Visit], tmp_path: Path, size: tuple, scheme: str
) -> None:
    path = tmp_path / f"orders_{scheme}.csv"
    path.write_text(DOUBTFUL)
    one = drop(visit(*size, scheme).open("data"), path)
    one.page.get_by_label("Name of the new workspace").first.fill(f"new {scheme}")
    press(one, "Make workspace", until=one.page.get_by_text("3 April (the day stands first)"))
    assert "4 March (the month stands first)" in one.text()
    assert not one.page.get_by_role("button", name=re.compile("^Load")).count()
    one.page.get_by_text("3 April (the day stands first)").click()
    one.page.get_by_text("3 Apr 2026 to 7 Jun 2026").wait_for(timeout=60_000)
    assert not overflow(one)
    load = one.page.get_by_role("button", name=re.compile("^Load 3 rows"))
    one.press(load, until=one.page.get_by_text("Loaded 3 rows"))
    press(one, "See the review", until=one.page.get_by_text("How are we doing?"))
    assert one.outside == []
    assert one.errors == []


def test_load_button_of_a_clear_file_stands_above_the_fold(visit: Callable[..., Visit], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(DOUBTFUL.replace("/04/", "/24/"))
    one = drop(in_workspace(visit(*WIDE), "fold"), path)
    button = one.page.get_by_role("button", name=re.compile("^Load 3 rows"))
    button.wait_for(timeout=60_000)
    box = button.bounding_box()
    assert box["y"] + box["height"] < WIDE[1]


def test_upload_is_taken_once_however_often_the_browser_names_it(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """Until it has drawn the new drop zone, a browser names the files of the old one in every message."""
    path = tmp_path / "orders.csv"
    path.write_text(DOUBTFUL.replace("/04/", "/24/"))
    one, sent = visit(*WIDE), []
    one.page.route_web_socket("**/_stcore/stream", lambda socket: sent.append(_listen(socket)))
    drop(in_workspace(one, "again"), path)
    load = one.page.get_by_role("button", name=re.compile("^Load 3 rows"))
    load.wait_for(timeout=60_000)
    server, messages = sent[-1]
    named = [message for message in messages if b"data.files.0" in message]
    assert named
    for _ in range(3):
        server.send(named[-1])
        one.settle(1)
    assert load.count() == 1
    assert not one.page.get_by_text("Look at one file").count()


def _listen(socket: object) -> tuple[object, list[bytes]]:
    """Pass on what the browser says, and keep it."""
    server, messages = socket.connect_to_server(), []

    def pass_on(message: bytes) -> None:
        messages.append(message)
        server.send(message)

    socket.on_message(pass_on)
    return server, messages


def test_long_work_is_cancelled_and_changes_nothing(visit: Callable[..., Visit], tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    # A short line among them: such a file is cut into rows one by one, which takes many times as long.
    row = "1,A,2026-01-31,10.50\n"
    path.write_text("order_id,customer_id,order_date,amount\n" + row + "1,A\n" + row * LINES)
    one = in_workspace(visit(*WIDE), "long")
    one.page.get_by_text("Or name a file or folder on this machine").click()
    one.page.get_by_role("textbox", name=re.compile("File, folder")).fill(str(path))
    cancel = one.page.get_by_role("button", name="Cancel")
    press(one, "Take these files", until=cancel)
    press(one, "Cancel", until=one.page.get_by_text("Cancelled. Nothing has changed."))
    assert "Nothing was imported yet" in one.text()
    press(one, "Look again", until=cancel)
    one.page.get_by_role("button", name="Leave out").first.click(timeout=60_000)
    one.page.get_by_text("large.csv").first.wait_for(state="detached", timeout=60_000)


def test_rows_set_aside_come_as_a_workbook(visit: Callable[..., Visit], tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(DOUBTFUL.replace("03/04/2026", "30/04/2026") + "4,B,31/02/2026,5\n")
    one = drop(in_workspace(visit(*WIDE), "mend"), path)
    load = one.page.get_by_role("button", name=re.compile("^Load 3 rows"))
    load.wait_for(timeout=60_000)
    button = one.page.get_by_role("button", name="Download the row set aside").first
    one.press(load, until=button)
    with one.page.expect_download() as download:
        button.click()
    download.value.save_as(tmp_path / "aside.xlsx")
    assert (tmp_path / "aside.xlsx").read_bytes()[:2] == b"PK"


def test_web_page_and_empty_file_are_refused_in_a_sentence(visit: Callable[..., Visit], tmp_path: Path) -> None:
    (tmp_path / "page.xls").write_text("<!DOCTYPE html><html><body><p>Please sign in.</p></body></html>")
    (tmp_path / "empty.csv").write_text("")
    one = drop(in_workspace(visit(*NARROW), "refused"), tmp_path / "page.xls", tmp_path / "empty.csv")
    one.page.get_by_text("empty.csv is empty").first.wait_for(timeout=60_000)
    assert "page.xls" in one.text()
    assert not one.page.get_by_role("button", name=re.compile("^Load")).count()
    assert not overflow(one)
    assert not one.page.locator('[data-testid="stException"]').count()
