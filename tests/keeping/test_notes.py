"""Notes on customers: append-only, of people and not of ids, beside the data."""

from pathlib import Path

import pytest

from loyalty_metrics import LoyaltyError, Workspace
from tests.keeping.shops import write


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    workspace.import_file(write(tmp_path, "orders.csv", "1,A,2025-01-05,10", "2,B,2025-02-05,20"))
    return workspace


def texts(workspace: Workspace, customer: str | None) -> list[str]:
    return workspace.notes(customer)["text"].tolist()


def test_notes_stay_through_undo_reimport_and_reopening(workspace: Workspace, tmp_path: Path) -> None:
    workspace.add_note("A", "  called twice ", "Mara")
    workspace.undo_import(1)
    assert texts(workspace, "A") == ["called twice"]
    workspace.import_file(write(tmp_path, "again.csv", "1,A,2025-01-05,10", "9,C,2025-03-05,20"))
    workspace.close()
    again = Workspace.open(tmp_path / "shop.duckdb")
    assert texts(again, "A") == ["called twice"]


def test_notes_follow_the_person_and_part_again(workspace: Workspace) -> None:
    workspace.add_note("A", "of A", "Mara")
    workspace.add_note("B", "of B", "Tuan")
    workspace.accept_person(["A", "B"])
    assert texts(workspace, "A") == texts(workspace, "B") == ["of B", "of A"]
    workspace.add_note("B", "of both", "Mara")
    workspace.undo_person(["A", "B"])
    assert texts(workspace, "A") == ["of A"]
    assert texts(workspace, "B") == ["of both", "of B"]
    assert texts(workspace, None) == ["of both", "of B", "of A"]


def test_a_struck_note_stays_and_cannot_be_struck_again(workspace: Workspace) -> None:
    number, version = workspace.add_note("A", "wrong", "Mara"), workspace.version
    workspace.strike_note(number, "Tuan")
    row = workspace.notes("A").iloc[0]
    assert (row["text"], row["struck_by"]) == ("wrong", "Tuan") and row["struck_at"] >= row["written_at"]
    with pytest.raises(LoyaltyError, match="struck out already"):
        workspace.strike_note(number, "Tuan")
    assert workspace.version == version


@pytest.mark.parametrize(
    ("customer", "text", "author", "reason"),
    [
        ("A", " ", "Mara", "says nothing"),
        ("A", "x", " ", "who you are"),
        ("Z", "x", "Mara", "no customer Z"),
        ("A", "x" * 4001, "M", "4,001"),
    ],
)
def test_what_is_not_kept_says_why(workspace: Workspace, customer: str, text: str, author: str, reason: str) -> None:
    with pytest.raises(LoyaltyError, match=reason):
        workspace.add_note(customer, text, author)
    assert workspace.notes().empty
