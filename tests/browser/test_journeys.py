"""What people do with the app, from end to end, checked against figures worked out here by other means."""

import csv
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.conftest import Visit, start_app

CDNOW = "datasets/CDNOW_master.txt"


@pytest.fixture(scope="module")
def cdnow() -> Path:
    """The CDNOW transactions that the package lifetimes carries."""
    found = importlib.util.find_spec("lifetimes")
    if found is None:
        pytest.skip("the package lifetimes, which carries the CDNOW data, is not installed")
    return Path(found.submodule_search_locations[0]) / CDNOW


def pooled_retention(path: Path) -> tuple[int, int]:
    """Customers back in the month after their first, and all customers of cohorts that old; in pandas alone."""
    lines = pd.read_csv(path, sep=r"\s+", header=None, skiprows=1, names=["customer", "day", "cds", "spent"], dtype=str)
    lines["spent"] = lines["spent"].astype(float)
    days = lines.groupby(["customer", "day"])["spent"].sum()
    days = days[days > 0].reset_index()
    days["month"] = pd.to_datetime(days["day"], format="%Y%m%d").dt.to_period("M")
    last = pd.to_datetime(lines["day"], format="%Y%m%d").max().to_period("M")
    days["cohort"] = days.groupby("customer")["month"].transform("min")
    days["age"] = (days["month"] - days["cohort"]).map(lambda months: months.n)
    old_enough = days[days["cohort"] + 1 <= last]
    back = old_enough.loc[old_enough["age"] == 1, "customer"].nunique()
    return back, old_enough["customer"].nunique()


def test_upload_gives_the_retention_that_pandas_gives(visit: Callable[..., Visit], cdnow: Path, tmp_path: Path) -> None:
    one = visit(1280, 1600).open("data")
    one.page.locator('input[type="file"]').first.set_input_files(cdnow)
    one.page.get_by_label("Name of the new workspace").first.fill("cdnow")
    load = one.page.get_by_role("button", name=re.compile("Load 69,659 rows"))
    one.press(one.page.get_by_role("button", name="Make workspace"), until=load)
    one.press(load, until=one.page.get_by_text("Loaded 69,659 rows"))
    one.settle().open("retention?workspace=cdnow&section=curves")
    back, size = pooled_retention(cdnow)
    assert re.search(rf"\b{100 * back / size:.0f}\s?%", one.text())
    one.page.get_by_test_id("stButtonGroup").filter(has_text="Download").get_by_text("Download").click()
    one.settle()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download CSV").click()
    saved = tmp_path / "curve.csv"
    download.value.save_as(saved)
    rows = [line for line in saved.read_text("utf-8-sig").splitlines() if not line.startswith("#")]
    first = next(row for row in csv.DictReader(rows) if row["age"] == "1")
    assert (int(first["retained"]), int(first["size"])) == (back, size)
    assert one.outside == []


def test_click_on_a_cell_lists_that_many_customers(visit: Callable[..., Visit]) -> None:
    one = visit(1280, 1400).open("retention?as_of=2025-01-31")
    chart = one.page.locator(".js-plotly-plot").first
    chart.wait_for()
    box = chart.bounding_box()
    one.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.35 * box["height"])
    hover = chart.locator(".hovertext").first
    hover.wait_for(timeout=10_000)
    counted = re.search(r"([\d,]+) of [\d,]+ customers", " ".join(hover.locator("tspan").all_text_contents()))
    assert counted
    one.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.35 * box["height"])
    one.page.get_by_text(re.compile(rf"^{counted[1]} customers?\b")).first.wait_for(timeout=20_000)


def test_copied_link_shows_the_same_to_another_person(visit: Callable[..., Visit]) -> None:
    one = visit().open("")
    one.page.get_by_role("button", name=re.compile("As of")).click()
    one.page.get_by_text("Quarter", exact=True).click()
    one.settle()
    one.page.keyboard.press("Escape")
    assert "grain=quarter" in one.page.url
    other = visit().open(one.page.url.removeprefix(one.base))
    assert other.text() == one.text()


def test_scope_is_kept_when_the_page_changes(visit: Callable[..., Visit]) -> None:
    one = visit().open("?as_of=2025-12-31&window=365")
    one.page.get_by_role("link", name="Segments").first.click()
    one.page.get_by_text("Who are our customers?").wait_for()
    one.settle()
    assert "as_of=2025-12-31" in one.page.url
    assert "window=365" in one.page.url


def test_link_opens_its_page_on_a_server_that_has_just_started(
    visit: Callable[..., Visit], tmp_path_factory: pytest.TempPathFactory
) -> None:
    app, address = start_app(tmp_path_factory.mktemp("cold"))
    try:
        one = visit(at=address).open("segments?grain=quarter")
        one.page.get_by_text("Who are our customers?").wait_for(timeout=30_000)
        one.settle()
        assert "Quarter" in one.text()
        assert "grain=quarter" in one.page.url
        assert one.page.get_by_role("link", name="Retention").count()
        assert not one.errors
    finally:
        app.terminate()
        app.wait(10)
