"""What can be asked of every measure: who, SQL, definition, download."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.language import format_value, plain
from tests.pages.conftest import Open, texts


def ask(app, measure: str, panel: str):
    """Open one of the panels under a measure."""
    return app.button_group(key=f"{measure}.panel").set_value(panel).run()


def test_who_lists_the_customers_of_the_cell(open_page: Open, sample: Workspace) -> None:
    cells = sample.measure("cohort_retention").frame
    cell = cells[(cells["state"] == "complete") & (cells["age"] == 3)].iloc[-1]
    app = open_page("retention")
    app.session_state["cohort_retention.cell.cohort"] = cell["cohort"].date()
    app.session_state["cohort_retention.cell.age"] = 3
    ask(app, "cohort_retention", "who")
    assert not app.exception
    assert f"**{format_value(cell['retained'], 'count')} customers**" in texts(app)
    assert len(app.dataframe[0].value) == cell["retained"]


def test_who_works_under_every_measure_of_customers(open_page: Open) -> None:
    for page, section, measures in (
        ("review", None, ["revenue_by_period", "customer_flow"]),
        ("retention", "cohort_table", ["cohort_retention"]),
        ("retention", "curves", ["retention_curve"]),
        ("retention", "next_order", ["repeat_purchase_rate"]),
        ("retention", "flow", ["customer_flow"]),
        ("segments", "groups", ["rfm_segments"]),
        ("segments", "moves", ["rfm_migration"]),
        ("segments", "maps", ["rfm_map"]),
        ("segments", "loyalty", ["corners", "repeats_vs_spend"]),
        ("pareto", None, ["pareto_curve", "pareto_summary"]),
    ):
        app = open_page(page, **({"section": section} if section else {}))
        for measure in measures:
            ask(app, measure, "who")
            assert not app.exception, (page, measure)
            assert not app.error, (page, measure)


def test_segment_who_counts_as_the_segment(open_page: Open, sample: Workspace) -> None:
    champions = sample.measure("rfm_segments").frame.set_index("segment").loc["Champions", "customers"]
    app = ask(open_page("segments"), "rfm_segments", "who")
    assert f"**{format_value(champions, 'count')} customers**" in texts(app)


@pytest.mark.parametrize("measure", ["what_counts", "customer_flow"])
def test_sql_is_the_statement_with_its_values(open_page: Open, sample: Workspace, measure: str) -> None:
    app = ask(open_page("review"), measure, "sql")
    (code,) = app.code
    assert code.value == sample.sql(measure)
    assert "$as_of" not in code.value
    assert duckdb.extract_statements(code.value)


def test_definition_is_the_card(open_page: Open, sample: Workspace) -> None:
    app = ask(open_page("review"), "customer_flow", "definition")
    assert plain(sample.registry.card("customer_flow").definition) in texts(app)


def test_download_offers_both_formats(open_page: Open) -> None:
    app = ask(open_page("segments"), "rfm_segments", "download")
    assert not app.exception
    assert {"Download CSV", "Download XLSX"} <= {button.label for button in app.get("download_button")}


def test_cell_starts_within_the_data(open_page: Open, sample: Workspace) -> None:
    app = ask(open_page("review"), "revenue_by_period", "who")
    first = sample.measure("revenue_by_period").frame["period"].iloc[0].date()
    assert isinstance(app.session_state["revenue_by_period.cell.period"], date)
    assert app.session_state["revenue_by_period.cell.period"] >= first


def test_a_list_that_was_open_closes_where_its_cell_has_no_value_any_more(open_page: Open, folder: Path) -> None:
    lines = [f"{n},c{n},2025-0{1 + n % 6}-03,5" for n in range(30)]
    (folder / "once.csv").write_text("\n".join(["order_id,customer_id,order_date,amount", *lines]))
    workspace = Workspace.open(folder / "once.duckdb")
    workspace.import_file(folder / "once.csv")
    workspace.close()
    app = open_page("retention", workspace="once", section="next_order")
    ask(app, "time_to_next_order", "who")
    assert "**0 customers**" in texts(app)
    app.selectbox(key="scope.nth").set_value(10).run()  # nobody has come nine times
    assert not app.exception and not app.error
    assert "**0 customers**" not in texts(app) and "nobody has made the purchase before" in texts(app)
