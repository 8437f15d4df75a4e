"""The review taken away as files, and presented step by step."""

import pytest
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value, without_markup
from loyalty_metrics.report import build
from tests.pages.conftest import Open, link, texts


@pytest.fixture(scope="module")
def steps(sample: Workspace) -> list[tuple[str, str]]:
    """Heading and answer of each section of the sample's report."""
    document = build(sample, None, "Sample shop")
    return [(section.heading, section.told) for section in document.sections]


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_the_files_say_what_the_page_says(open_page: Open, sample: Workspace) -> None:
    app = open_page(as_of="2025-11-12")
    document = build(sample, Scope(as_of="2025-11-12"), "Sample shop")
    told = without_markup(texts(app))
    for section in document.sections[:3]:  # the headlines and both findings
        assert section.told.partition(" At stake")[0] in told
    shown = {metric.label: metric.value for metric in app.metric}
    units = {"Revenue": "money", "Back within 28 days": "share"}
    for row in document.sections[0].tables[0].rows:
        unit = units.get(row[0].text, "count")
        assert shown[row[0].text] == format_value(row[2].value, unit, "EUR", compact=True)
        assert row[2].text == format_value(row[2].value, unit, "EUR")


def test_each_file_is_made_and_offered(open_page: Open) -> None:
    app = open_page()
    keys = [button.key for button in app.button if str(button.key).startswith("report.files.")]
    assert keys == [f"report.files.{ending}" for ending in ("html", "xlsx", "pptx", "pdf")]
    app = press(app, "report.files.xlsx")
    assert not app.exception
    (offered,) = [one for one in app.get("download_button") if "report.files.download" in one.proto.id]
    assert offered.proto.label.startswith("Download Excel (")
    left = [button.key for button in app.button if str(button.key).startswith("report.files.")]
    assert left == [f"report.files.{ending}" for ending in ("html", "pptx", "pdf")]


def test_another_scope_drops_the_file_that_was_made(open_page: Open) -> None:
    app = press(open_page(), "report.files.html")
    app.query_params["as_of"] = "2026-01-31"
    app.run()
    assert not [one for one in app.get("download_button") if "report.files.download" in one.proto.id]


def test_presenting_goes_step_by_step_and_hides_names(open_page: Open, steps: list[tuple[str, str]]) -> None:
    app = press(open_page(), "present.begin")
    assert link(app)["present"] == ["1"]
    assert app.session_state["discreet.hides"] is True
    for place, (heading, answer) in enumerate(steps, start=1):
        assert not app.exception
        assert [title.value for title in app.title] == [heading]
        assert answer in without_markup(texts(app))
        assert f"{place} of {len(steps)}" in without_markup(texts(app))
        assert app.button(key="present.back").disabled == (place == 1)
        assert app.button(key="present.next").disabled == (place == len(steps))
        if place < len(steps):
            app = press(app, "present.next")
    assert link(app)["step"] == [str(len(steps))]
    app = press(app, "present.back")
    assert app.title[0].value == steps[-2][0]
    app = press(app, "present.end")
    assert not {"present", "step"} & set(link(app))
    assert "Take it away" in [one.value for one in app.subheader]
    assert app.session_state["discreet.hides"] is True


def test_the_keys_are_those_of_the_arrows(open_page: Open) -> None:
    app = open_page(present="1", step="2")
    keys = {button.key: button.proto.shortcut for button in app.button}
    assert keys["present.back"] == "left"
    assert keys["present.next"] == "right"
    assert keys["present.end"] == "escape"


@pytest.mark.parametrize(("step", "place"), [("99", -1), ("0", 0), ("x", 0)])
def test_a_step_that_is_not_there_is_the_nearest(
    open_page: Open, steps: list[tuple[str, str]], step: str, place: int
) -> None:
    assert open_page(present="1", step=step).title[0].value == steps[place][0]


def test_a_scope_without_customers_says_so_and_can_be_left(open_page: Open) -> None:
    app = open_page(present="1", as_of="2020-01-01")
    assert "nobody bought" in app.error[0].value
    assert "present" not in link(press(app, "present.end"))
