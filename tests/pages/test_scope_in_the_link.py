"""The scope stands in the link: it is read, kept, corrected and reset."""

from datetime import date
from pathlib import Path

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value
from pages._ui import workspaces
from tests.pages.conftest import Open, link, tables, texts


def test_link_decides_what_is_shown(open_page: Open, sample: Workspace) -> None:
    scope = Scope(as_of="2025-12-31", window=365)
    repeat = sample.measure("repeat_purchase_rate", scope).frame.set_index("figure")
    shown = tables(open_page("retention", section="next_order", as_of="2025-12-31", window="365"))
    assert format_value(repeat.loc["repeat_rate", "denominator"], "count") in shown


def test_bad_values_are_told_and_the_default_is_used(open_page: Open, sample: Workspace) -> None:
    app = open_page("review", as_of="yesterday", grain="fortnight", window="soon", workspace="nowhere")
    assert not app.exception
    assert len(app.warning) == 4
    assert "fortnight" in texts(app)
    assert link(app).get("grain") is None
    assert link(app)["workspace"] == ["sample"]
    assert len(app.metric) == 5


def test_filter_value_the_workspace_does_not_have_is_left_out(open_page: Open) -> None:
    app = open_page("review", first_channel="carrier pigeon")
    assert "carrier pigeon" in app.warning[0].value
    assert link(app).get("first_channel") is None


def test_control_writes_the_link_and_the_page_follows(open_page: Open) -> None:
    app = open_page("review")
    app.date_input(key="scope.as_of").set_value(date(2025, 6, 30)).run()
    assert link(app)["as_of"] == ["2025-06-30"]
    assert any("2025 W26" in caption.value for caption in app.caption)


def test_a_window_is_chosen_and_left_again_by_name(open_page: Open) -> None:
    app = open_page("glossary")
    window = app.selectbox(key="scope.window")
    assert (window.options[0], window.index) == ("Whole history", 0)
    app = window.select("Last 90 days").run()
    assert link(app)["window"] == ["90"]
    app.selectbox(key="scope.window").select("Whole history").run()
    assert "window" not in link(app)


def test_filter_of_customers_is_told_on_the_page(open_page: Open, sample: Workspace) -> None:
    value = sample.filter_values("first_channel")[0]
    app = open_page("review")
    app.multiselect(key="scope.first_channel").set_value([value]).run()
    assert link(app)["first_channel"] == [value]
    assert "Only customers with" in texts(app)
    weeks = sample.measure("week_by_week", Scope(filters={"first_channel": [value]})).frame
    last = weeks[weeks["attribute"] == "everybody"].iloc[-1]
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Customers"] == format_value(last["customers"], "count", compact=True)


def test_scope_survives_a_change_of_page(open_page: Open) -> None:
    app = open_page("review", grain="quarter", window="365")
    app.query_params.clear()
    app.switch_page("pages/segments.py").run()
    assert link(app)["grain"] == ["quarter"]
    assert link(app)["window"] == ["365"]


def test_reset_goes_back_to_everything(open_page: Open) -> None:
    app = open_page("review", grain="quarter", clock="rolling")
    next(button for button in app.button if button.label == "Reset").click().run()
    assert link(app) == {"workspace": ["sample"]}


def test_scope_without_customers_offers_to_start_over(open_page: Open, sample: Workspace) -> None:
    for page in ("review", "retention", "segments", "pareto"):
        app = open_page(page, as_of="2000-01-01")
        assert not app.exception
        assert "No customers are left in this scope" in app.info[0].value
        app.button(key="empty.reset").click().run()
        assert not app.info
        assert link(app).get("as_of") is None


def test_choices_of_a_page_stand_in_the_link(open_page: Open) -> None:
    app = open_page("retention", shown="orders_per_customer")
    assert app.button_group(key="choice.shown").value == "orders_per_customer"
    app = open_page("retention", section="curves", cohorts="2025-03-01")
    assert app.button_group(key="choice.section").value == "curves"
    assert [str(day) for day in app.multiselect(key="choice.cohorts").value] == ["2025-03-01"]
    assert not app.exception


def test_every_section_opens_on_a_shop_that_closed_long_ago(open_page: Open, folder: Path, tmp_path: Path) -> None:
    """Fields of dates that are left to themselves end ten years before today."""
    file = tmp_path / "orders.csv"
    rows = [f"{n},c{n % 4},{1997 + n // 12}-{1 + n % 12:02}-0{1 + n % 9},10\n" for n in range(18)]
    file.write_text("order_id,customer_id,ordered_at,amount\n" + "".join(rows))
    workspaces.get(workspaces.create("old")).import_file(file)
    sections = {
        "retention": ("cohort_table", "changes", "curves", "next_order", "flow", "definitions"),
        "segments": ("groups", "moves", "maps", "loyalty"),
    }
    for page, names in sections.items():
        for name in names:
            app = open_page(page, workspace="old", section=name)
            assert not app.exception, (page, name)
            assert not app.error, (page, name)
    for page in ("review", "pareto", "data"):
        assert not open_page(page, workspace="old").exception, page
