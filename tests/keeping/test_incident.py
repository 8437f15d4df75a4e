"""The next start tells of an import that was killed, and of none that finished."""

from pathlib import Path

import pytest

from loyalty_metrics import ImportRefused, Workspace, incident
from tests.keeping.shops import write


def test_a_killed_import_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    Workspace.open(path).close()
    with incident.noted(path, "orders.csv", "Mara", version=0):
        left = incident.note_of(path).read_text(encoding="utf-8")
    incident.note_of(path).write_text(left, encoding="utf-8")  # as a killed program leaves it
    workspace = Workspace.open(path)
    assert workspace.incident
    assert workspace.incident.startswith("The import of orders.csv, begun at ")
    assert "by Mara, did not finish; nothing of it was kept" in workspace.incident
    workspace.close()
    assert Workspace.open(path).incident is None


def test_an_import_killed_after_it_was_kept_is_none(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    workspace = Workspace.open(path)
    workspace.import_file(write(tmp_path, "orders.csv", "1,A,2025-01-05,10"))
    workspace.close()
    incident.note_of(path).write_text('{"file": "orders.csv", "who": null, "at": "now", "version": 0}')
    assert Workspace.open(path).incident is None


@pytest.mark.parametrize("text", ["", '{"file": "ord'])
def test_a_note_that_was_never_finished_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shop.duckdb"
    Workspace.open(path).close()
    incident.note_of(path).write_text(text)
    assert Workspace.open(path).incident is None
    assert not incident.note_of(path).exists()


def test_no_note_is_left_by_an_import_that_ended(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    workspace = Workspace.open(path)
    workspace.import_file(write(tmp_path, "orders.csv", "1,A,2025-01-05,10"), who="Mara")
    with pytest.raises(ImportRefused):
        workspace.import_file(write(tmp_path, "bad.csv", "1,A,,10"))
    assert not incident.note_of(path).exists()
    assert workspace.imports()["who"].tolist() == ["Mara"]
    assert workspace.imports()[["read", "loaded", "set_aside"]].to_numpy().tolist() == [[1, 1, 0]]
