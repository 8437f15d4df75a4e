"""The rules of segments on their page: edited, tried, saved, taken back."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.segment_rules import Rules, Segment, house, to_text
from pages._ui import workspaces
from pages._ui.segments import rule_draft
from pages._ui.segments.rule_draft import Draft
from tests.oracles.tables import purchases
from tests.pages.conftest import Open, tables, texts

TWO = Rules((Segment("Kept", "Came."), Segment("Rest")), (("Kept",) * 5, *((("Rest",) * 5,) * 4)))


@pytest.fixture
def shop(folder: Path, tmp_path: Path) -> Workspace:
    """A workspace of the app with four customers."""
    days = ("2024-01-05", "2025-01-05", "2025-02-05", "2025-02-07")
    lines = purchases(*((f"c{n}", day, 10 + n) for n, day in enumerate(days)))
    lines.to_parquet(tmp_path / "lines.parquet")
    workspace = workspaces.get(workspaces.create("shop"))
    workspace.import_file(tmp_path / "lines.parquet")
    return workspace


def section(open_page: Open, workspace: str = "shop"):
    return open_page("segments", section="rules", workspace=workspace)


def take(app, rules: Rules):
    """What editing the tables leads to."""
    app.session_state["rules.draft.shop"].take(rules)
    return app.run()


def test_rules_are_tried_saved_and_taken_back(open_page: Open, shop: Workspace) -> None:
    app = section(open_page)
    assert "**The house rules** hold here, for every date" in texts(app)
    assert "What your changes would do" not in texts(app)
    app = take(app, TWO)
    assert "**4** of 4 customers (100%) would move to another segment" in texts(app)
    assert "Kept" in tables(app)
    app.text_input(key="rules.note.1").set_value("two are enough").run()
    app.button(key="rules.save").click().run()
    assert not app.exception
    assert shop.rules().rules == TWO and shop.rules().note == "two are enough"
    assert "**The rules of version 1, saved on" in texts(app)
    assert "What your changes would do" not in texts(app)
    groups = open_page("segments", workspace="shop")
    assert "2 groups of customers, best first" in texts(groups) and "Came" in tables(groups)
    app = section(open_page)
    app.button(key="rules.back.0").click().run()
    assert not app.exception
    assert shop.rules().rules == house() and shop.rules().number == 2
    assert "Back to house rules" in texts(app)


def test_incomplete_rules_say_why_and_cannot_be_saved(open_page: Open, shop: Workspace) -> None:
    app = take(section(open_page), replace(TWO, segments=TWO.segments[:1]))
    assert "The cell R 4, FM 1 is Rest, which is not in the list of segments" in texts(app)
    assert app.button(key="rules.save").disabled
    app.button(key="rules.drop").click().run()
    assert "What your changes would do" not in texts(app)


def test_the_sample_can_be_tried_but_not_changed(open_page: Open) -> None:
    app = section(open_page, "sample")
    app.session_state["rules.draft.sample"].take(TWO)
    app.run()
    assert "would move to another segment" in texts(app)
    assert app.button(key="rules.save").disabled


def test_another_version_saved_meanwhile_is_told(open_page: Open, shop: Workspace) -> None:
    app = take(section(open_page), TWO)
    shop.save_rules(replace(house(), segments=house().segments[::-1]))
    app.run()
    assert "were saved while you were editing" in texts(app)
    assert app.session_state["rules.draft.shop"].now == TWO


def test_thresholds_begin_where_the_quintiles_lie(open_page: Open, shop: Workspace) -> None:
    app = section(open_page)
    app.button_group(key="rules.scores.0").set_value("thresholds").run()
    assert not app.exception
    assert app.session_state["rules.draft.shop"].now.cuts == shop.suggested_cuts()
    assert "No customer would move" in texts(app)


def test_a_file_of_rules_becomes_the_draft(open_page: Open, shop: Workspace) -> None:
    app = section(open_page)
    app.file_uploader[0].set_value(("rules.json", to_text(TWO).encode(), "application/json")).run()
    assert not app.exception
    assert "would move to another segment" in texts(app)
    app.file_uploader[0].set_value(("rules.json", b"{}", "application/json")).run()
    assert "not a file of segment rules" in texts(app)
    assert shop.rules().number == 0


def test_a_new_name_is_followed_by_the_cells_and_a_new_place_by_the_order() -> None:
    words = rule_draft.words_table(house())
    words.loc[0, "name"] = "  Best   of all "
    words.loc[10, "place"] = 2
    words.loc[2, "place"] = 5
    words.loc[11] = [None, "Newcomers", None, None]
    words.loc[12] = [None, None, None, None]
    grid = rule_draft.grid_table(house(), ["R"] * 5)
    grid.loc[4, "fm_5"] = None
    rules = rule_draft.combined(house(), words, grid, None)
    order = ["Best of all", "Lost", "Loyal", "New", "Promising", "Potential loyalists"]
    assert list(rules.names[:6]) == order and rules.names[-1] == "Newcomers"
    assert rules.at(5, 5) == rules.at(4, 5) == "Best of all"
    assert rules.at(1, 5) == "" and rules.at(1, 4) == "At risk"
    untouched = rule_draft.combined(
        house(), rule_draft.words_table(house()), rule_draft.grid_table(house(), ["R"] * 5), None
    )
    assert untouched == house()


def test_thresholds_survive_their_table() -> None:
    cuts = replace(house(), cuts=Workspace.sample().suggested_cuts()).cuts
    table = rule_draft.cuts_table(cuts, {"recency": "a", "frequency": "b", "monetary": "c"})
    assert rule_draft.read_cuts(table) == cuts
    table.loc[1, "score_3"] = float("nan")
    assert len(rule_draft.read_cuts(table).frequency) == 3


def test_a_draft_is_kept_until_it_is_saved_or_dropped() -> None:
    version = Workspace.in_memory().rules()
    draft = Draft(version)
    assert not draft.is_other(version)
    draft.take(TWO)
    assert draft.is_other(version) and draft.key("grid") == "rules.grid.1"
    assert isinstance(rule_draft.words_table(TWO), pd.DataFrame)
