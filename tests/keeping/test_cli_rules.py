"""The command about the rules of segments."""

import json
from pathlib import Path

import pytest

from loyalty_metrics.segment_rules import from_text, house, to_text
from tests.keeping.shops import write
from tests.keeping.test_cli_keeping import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture) -> Shell:
    run = Shell(tmp_path / "shop.duckdb", capsys)
    write(tmp_path, "1.csv", "1,A,2025-01-05,10\n2,B,2025-03-05,20\n3,C,2024-03-05,5")
    run("import", tmp_path / "1.csv")
    return run


def test_rules_go_out_and_come_back(shell: Shell, tmp_path: Path) -> None:
    assert shell("rules").startswith("House rules; they hold for every date.")
    shell("rules", "--export", tmp_path / "rules.json")
    text = (tmp_path / "rules.json").read_text(encoding="utf-8")
    assert from_text(text) == house() and json.loads(text)["rules"] == "house rules"
    (tmp_path / "own.json").write_text(text.replace("Champions", "VIP"), encoding="utf-8")
    shell("rules", "--import", tmp_path / "own.json", "--dry-run")
    assert shell.error == "No customer would move.\n"
    assert json.loads(shell("rules", "--json"))["rules"] == "house rules"
    shell("rules", "--import", tmp_path / "own.json", "--who", "Mara", "--note", "our word")
    assert "The rules of version 1 of" in shell.error
    assert "VIP" in shell("rules")
    first, house_rules = shell.json("rules", "--versions")
    assert (first["version"], first["who"], first["note"], house_rules["version"]) == (1, "Mara", "our word", 0)
    assert "New segment: VIP" in first["changes"] and house_rules["changes"] == ""
    shell("rules", "--back", 0)
    assert from_text(shell("rules", "--export", "-")) == house()


def test_a_file_that_is_not_whole_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    broken = to_text(house()).replace('"New",', '"Old",', 1)
    (tmp_path / "rules.json").write_text(broken, encoding="utf-8")
    shell("rules", "--import", tmp_path / "rules.json", status=1)
    assert "The cell R 5, FM 1 is Old, which is not in the list of segments." in shell.error
    shell("rules", "--import", tmp_path / "none.json", status=1)
    assert "cannot be read" in shell.error
    shell("rules", "--back", 7, status=1)
    assert len(shell.json("rules", "--versions")) == 1
