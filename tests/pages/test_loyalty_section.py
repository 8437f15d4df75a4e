"""Segments, the section on loyalty: what it says is what the measures say."""

from loyalty_metrics import Workspace
from loyalty_metrics.language import format_value
from tests.pages.conftest import Open, tables, texts


def test_corners_are_told_with_their_money_and_open_to_their_customers(open_page: Open, sample: Workspace) -> None:
    cells = sample.measure("repeats_vs_spend").frame
    big = cells[cells["kind"] == "big but not loyal"]
    app = open_page("segments", section="loyalty")
    assert not app.exception
    assert f"**{format_value(big['customers'].sum(), 'count')} customers** spend much but seldom come" in texts(app)
    assert format_value(big["revenue"].sum(), "money", "EUR", compact=True) in tables(app)
    app.session_state["corners.cell.kind"] = "big but not loyal"
    app.button_group(key="corners.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == big["customers"].sum()
