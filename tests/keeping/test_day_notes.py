"""Notes on days, and what charts mark."""

from datetime import date

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.day_notes import DayNotes, Mark
from loyalty_metrics.decisions import Decisions, Plan
from loyalty_metrics.errors import LoyaltyError
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases


def test_notes_are_written_struck_out_and_kept(make_shop: ShopMaker) -> None:
    workspace = make_shop(purchases(("a", "2025-01-03", 5), ("b", "2025-01-04", 5))).workspace
    notes, version = DayNotes(workspace), workspace.version
    number = notes.add(date(2025, 1, 4), "  New   shop ", "Ann")
    other = notes.add(date(2025, 1, 2), "Rain", "Bo")
    decisions = Decisions(workspace)
    taken = decisions.decide(Plan("Call", "Mara"), "Ann", "rfm_scores")
    marks = [Mark(date(2025, 1, 2), "Rain"), Mark(date(2025, 1, 4), "New shop"), Mark(date(2025, 1, 5), "Call")]
    assert notes.marks() == marks
    notes.strike(number, "Bo")
    decisions.change(taken, "Ann", status="dropped")
    assert notes.marks() == marks[:1]
    kept = notes.all()
    assert kept["note_id"].tolist() == [number, other] and kept["struck_by"].tolist()[0] == "Bo"
    assert workspace.version == version
    for act, words in (
        (lambda: notes.strike(number, "Bo"), "struck out already"),
        (lambda: notes.add(date(2025, 1, 4), " ", "Ann"), "what happened"),
        (lambda: notes.add(date(2025, 1, 4), "x" * 201, "Ann"), "at most 200"),
        (lambda: notes.add(date(2025, 1, 4), "x", ""), "who you are"),
    ):
        with pytest.raises(LoyaltyError, match=words):
            act()


def test_actions_from_a_file_are_marked(tmp_path) -> None:
    workspace = Workspace.in_memory()
    file = tmp_path / "actions.csv"
    file.write_text("action_id,decided_on,title,status\n1,2025-02-03,Sale,done\n2,2025-02-04,Not this,dropped\n")
    workspace.import_file(file, table="actions")
    assert DayNotes(workspace).marks() == [Mark(date(2025, 2, 3), "Sale")]
