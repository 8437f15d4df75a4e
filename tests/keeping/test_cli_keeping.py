"""The commands that look after a workspace: what they print, and that they do it."""

import json
import sqlite3
from pathlib import Path

import pytest

from loyalty_metrics import Workspace, incident
from loyalty_metrics.cli import main
from tests.keeping.shops import write


class Shell:
    """Runs commands on one workspace."""

    def __init__(self, workspace: Path, captured: pytest.CaptureFixture) -> None:
        self.workspace = workspace
        self._captured = captured

    def __call__(self, *words: object, status: int = 0) -> str:
        found = main([str(word) for word in (*words, "--workspace", self.workspace)])
        said = self._captured.readouterr()
        assert found == status, said.err
        self.error = said.err
        return said.out

    def json(self, *words: object) -> list[dict]:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture) -> Shell:
    return Shell(tmp_path / "shop.duckdb", capsys)


def test_several_files_in_one_go(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder, "1.csv", "1,A,2025-01-05,10")
    write(folder, "2.csv", "2,B,2025-02-05,20")
    assert [report["loaded"] for report in shell.json("import", folder / "*.csv", "--who", "Mara")] == [1, 1]
    write(folder, "3.csv", "x,A,,1")
    write(folder, "4.csv", "4,B,2025-02-07,20")
    out = shell("import", folder, "--json", status=1)
    assert [report["loaded"] for report in json.loads(out)] == [0, 0, 1]
    assert shell.error.startswith("1 of 4 files was not imported: No row of 3.csv could be loaded")
    assert len(shell.error.splitlines()) == 1
    history = shell.json("history")
    assert [(row["import_id"], row["file"], row["who"]) for row in history] == [
        (3, "4.csv", None),
        (2, "2.csv", "Mara"),
        (1, "1.csv", "Mara"),
    ]
    assert (history[0]["first_day"], history[0]["options"]) == ("2025-02-07", {})
    assert "4.csv" in shell("history")
    assert shell("undo", 3) == "Import 3 was taken back.\n"
    assert len(shell.json("history")) == 2
    shell("undo", 3, status=1)
    assert "no import 3" in shell.error


def test_a_newer_version_is_asked_about_answered_and_logged(shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path, "1.csv", "1,A,2025-01-05,10", "2,A,2025-02-05,10"))
    newer = write(tmp_path, "2.csv", "1,A,2025-01-05,12", "2,A,2025-02-05,10")
    (report,) = shell.json("import", newer, "--dry-run")
    assert report["questions"][0]["choices"] == ["add", "replace"]
    assert "to answer: 2.csv brings order 1" in shell("import", newer, "--dry-run")
    shell("import", newer, status=1)
    assert "--known-orders" in shell.error
    shell("import", newer, "--known-orders", "replace")
    moved = {"month": "2025-01-01", "figure": "revenue", "before": 10, "after": 12, "rows": 1, "change": "import"}
    (row,) = shell.json("restatements", "--import", 2)
    assert {name: row[name] for name in moved} == moved
    assert "revenue" in shell("restatements")


def test_mappings_are_saved_applied_and_forgotten(shell: Shell, tmp_path: Path) -> None:
    columns = "Beleg;Kunde;Tag;Wert"
    one, two, three = (write(tmp_path, f"{n}.csv", f"{n};A;03/0{n}/2025;1,5", columns=columns) for n in (1, 2, 4))
    words = ["--map", "order_id=Beleg", "--map", "customer_id=Kunde", "--map", "ordered_at=Tag", "--map", "amount=Wert"]
    words += ["--date-format", "%d/%m/%Y", "--decimal", ","]
    shell("import", one, *words, "--save-mapping", "till", "--dry-run", status=1)
    assert "leave out --dry-run" in shell.error
    shell("import", one, *words, "--save-mapping", "till")
    assert 'The file is read by the saved mapping "till".' in shell("import", two)
    assert shell.json("import", three, "--mapping", "till")[0]["facts"]["first_date"] == "2025-04-03"
    assert [(m["name"], m["table"], m["options"]["decimal"]) for m in shell.json("mappings")] == [
        ("till", "transactions", ",")
    ]
    assert shell("mappings", "--forget", "till") == "none\n"
    shell("import", one, "--mapping", "till", status=1)
    assert "no saved mapping 'till'" in shell.error


def test_people_are_decided_on(shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path, "1.csv", "1,A,2025-01-05,10", "2,B,2025-02-05,10"))
    people = write(tmp_path, "people.csv", "A,x@y.example", "B,X@y.example", columns="customer_id,email")
    shell("import", people, "--table", "customers")
    proposal = {"customer_ids": ["A", "B"], "evidence": "e-mail x@y.example", "status": "proposed"}
    assert shell.json("people") == [proposal]
    assert shell.json("people", "--accept", "A, B")[0]["status"] == "accepted"
    assert shell.json("people", "--undo", "A,B")[0]["status"] == "proposed"
    assert "refused" in shell("people", "--refuse", "A,B")


def test_a_query_on_a_database_comes_in(shell: Shell, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.sqlite") as connection:
        connection.execute(
            "create table orders as select '1' as order_id, 'A' as customer, '2025-01-05' as day, 5.5 as amount"
        )
    connection.close()
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    (report,) = shell.json("import", "--from-database", url, "--query", "select * from orders")
    assert (report["loaded"], float(report["money_loaded"])) == (1, 5.5)
    for words in ([], ["--query", "select 1"], ["x.csv", "--from-database", url, "--query", "select 1"]):
        shell("import", *words, status=1)
        assert "Name files to import, or a database" in shell.error


def test_an_import_that_was_killed_is_told(shell: Shell, tmp_path: Path) -> None:
    Workspace.open(shell.workspace).close()
    note = '{"file": "big.csv", "who": null, "at": "2025-01-01 10:00:00", "version": 0}'
    incident.note_of(shell.workspace).write_text(note, encoding="utf-8")
    assert shell("history") == "none\n"
    assert "The import of big.csv, begun at 2025-01-01 10:00:00 UTC, did not finish" in shell.error


def test_a_workspace_that_is_not_there_is_not_made(shell: Shell) -> None:
    shell("history", status=1)
    assert "There is no workspace" in shell.error
    assert not shell.workspace.exists()
