"""The customer page: found by typing, told as the measures say, kept in the link."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value
from pages._ui import workspaces
from tests.keeping.shops import write
from tests.pages.conftest import Open, link, texts

SECTIONS = ("timeline", "segment_history", "purchases_of_one", "notes")


def search(app: AppTest, text: str) -> AppTest:
    return app.text_input(key="customer.search").set_value(text).run()


def shop(folder: Path) -> Workspace:
    """A workspace of two customers that may be changed."""
    workspace = workspaces.get("shop")
    workspace.import_file(write(folder, "orders.csv", "1,A,2025-01-05,10", "2,B,2025-02-05,20", "3,A,2025-02-01,5"))
    return workspace


def test_without_a_customer_those_who_brought_most_are_offered(open_page: Open, sample: Workspace) -> None:
    app = open_page("customer")
    assert not app.exception
    best = sample.measure("rfm_scores").frame.sort_values("monetary", ascending=False)["customer_id"].iloc[0]
    assert app.radio[-1].options and app.radio[-1].value is None
    app.radio[-1].set_value(best).run()
    assert not app.exception
    assert link(app)["customer"] == [best]


def test_typing_chooses_the_best_match_and_the_list_leads_to_others(open_page: Open, sample: Workspace) -> None:
    app = search(open_page("customer"), "tran LAN")
    found = sample.find_customers("tran lan").frame
    assert not app.exception and "Trần Lan" in texts(app)
    assert link(app)["customer"] == [found["customer_id"].iloc[0]]
    app.radio[-1].set_value(found["customer_id"].iloc[1]).run()
    assert link(app)["customer"] == [found["customer_id"].iloc[1]]
    assert format_value(found["revenue"].iloc[1], "money", sample.currency()).replace("€", "") in texts(app)


def test_nobody_who_fits_is_said_and_the_text_stays_text(open_page: Open) -> None:
    app = search(open_page("customer"), "'; drop table <b>x</b> :smile: --")
    assert not app.exception
    assert any("Nobody fits" in info.value and "\\<b" in info.value for info in app.info)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("customer", ["C-00418", "C-12000"])
def test_every_section_opens(open_page: Open, customer: str, section: str) -> None:
    app = open_page("customer", customer=customer, section=section)
    assert not app.exception and not app.error
    assert customer in texts(app)


def test_figures_are_those_of_the_measure(open_page: Open, sample: Workspace) -> None:
    facts = sample.measure("customer_facts", Scope(customer="C-00418", as_of="2025-06-30")).frame.iloc[0]
    app = open_page("customer", customer="C-00418", as_of="2025-06-30", category="Tea")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Revenue"] == format_value(facts["revenue"], "money", sample.currency())
    assert shown["Orders"] == format_value(facts["orders"], "count")
    assert "Filters are left aside" in texts(app)


def test_unknown_and_not_yet_customers_are_told_apart(open_page: Open) -> None:
    assert "There is no customer **nobody**" in texts(open_page("customer", customer="nobody"))
    app = open_page("customer", customer="C-12000", as_of="2024-01-01")
    assert "was not a customer yet on 1 Jan 2024" in texts(app)
    next(button for button in app.button if "last day" in button.label).click().run()
    assert not app.exception and "as_of" not in link(app)
    assert "1 order worth" in texts(app)


def test_kinds_of_events_are_chosen_in_the_link(open_page: Open) -> None:
    app = open_page("customer", customer="C-00418")
    app.query_params["kinds"] = ["refund"]
    app.run()
    assert "**6 events**" in texts(app)


def test_names_can_be_hidden(open_page: Open) -> None:
    app = open_page("customer", customer="C-00418")
    assert "Maeve Nolan" in texts(app) and "customer00418" in texts(app)
    app.toggle(key="discreet.hides.switch").set_value(True).run()
    assert "Maeve" not in texts(app) and "customer00418" not in texts(app)


def test_notes_are_kept_struck_and_survive_undo_and_change_no_version(open_page: Open, folder: Path) -> None:
    workspace = shop(folder)
    app = open_page("customer", workspace="shop", customer="A", section="notes")
    version = workspace.version
    app.text_area(key="notes.text").set_value("Wants *oat* milk")
    app.text_input(key="notes.author").set_value("Mara")
    next(button for button in app.button if button.label == "Keep the note").click().run()
    assert not app.exception and "Wants \\*oat\\* milk" in texts(app)
    assert workspace.version == version
    next(button for button in app.button if button.label == "Strike out").click().run()
    assert "struck out" in texts(app)
    kept = workspace.notes("A")
    assert kept[["text", "author", "struck_by"]].to_numpy().tolist() == [["Wants *oat* milk", "Mara", "Mara"]]


def test_on_the_sample_no_note_can_be_written(open_page: Open) -> None:
    app = open_page("customer", customer="C-00418", section="notes")
    assert not app.text_area and any("cannot be changed" in info.value for info in app.info)


def test_lists_lead_to_the_customer_as_soon_as_they_are_short_enough(open_page: Open) -> None:
    app = open_page("segments")
    app.session_state["rfm_segments.cell.segment"] = "Champions"
    app.button_group(key="rfm_segments.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert "to tick one and see all about that customer" in texts(app)
    app.text_input(key="rfm_segments.who.search").set_value("C-00418").run()
    assert not app.exception and "Tick a row to see all about that customer" in texts(app)
