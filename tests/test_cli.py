"""The command line: exit status, one-line errors, stable output, and that it is documented."""

import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.cli import main, parser

ROOT = Path(__file__).resolve().parents[1]
ORDERS = """Order ID;Customer ID;Order Date;Amount;Channel
1;A;2025-01-05;10,00;web
2;A;2025-02-07;20,00;web
3;B;2025-01-20;5,50;shop
4;B;2025-03-01;7,25;web
5;;2025-03-02;1,00;shop
x;C;not a date;3,00;shop
"""


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture) -> str:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    path = str(tmp_path / "shop.duckdb")
    assert main(["import", str(file), "--workspace", path]) == 0
    capsys.readouterr()
    return path


def test_import_reports_every_row_and_all_money(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    assert main(["import", str(file), "--workspace", str(tmp_path / "w.duckdb"), "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["read"], report["loaded"], report["set_aside"]) == (6, 5, 1)
    assert float(report["money_read"]) == pytest.approx(46.75)
    assert float(report["money_loaded"]) == pytest.approx(43.75)
    assert float(report["money_set_aside"]) == pytest.approx(3.00)
    assert report["facts"]["guest_rows"] == 1


def test_a_dry_run_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    path = str(tmp_path / "w.duckdb")
    assert main(["import", str(file), "--workspace", path, "--dry-run"]) == 0
    assert "6" in capsys.readouterr().out
    assert main(["measure", "rfm_scores", "--workspace", path]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_measure_answers_in_every_format(workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["measure", "rfm_scores", "--workspace", workspace]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("customer_id,recency_days,frequency,monetary")
    assert len(lines) == 3
    assert main(["measure", "cohort_retention", "--workspace", workspace, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["as_of"] == "2025-03-02"
    cell = next(row for row in answer["rows"] if row["cohort"] == "2025-01-01" and row["age"] == 1)
    assert (cell["size"], cell["retained"], cell["state"]) == (2, 1, "complete")
    out = tmp_path / "flow.parquet"
    assert main(["measure", "customer_flow", "--workspace", workspace, "--format", "parquet", "--out", str(out)]) == 0
    assert list(pd.read_parquet(out)["new"]) == [2, 0, 0]


def test_where_filters_and_time_travels(workspace: str, capsys: pytest.CaptureFixture) -> None:
    words = ["measure", "cohort_retention", "--workspace", workspace, "--format", "json", "--where", "channel=shop"]
    assert main(words) == 0
    cells = json.loads(capsys.readouterr().out)["rows"]
    assert [c["retained"] for c in cells if c["cohort"] == "2025-01-01" and c["age"] == 1] == [0]
    assert main([*words, "--as-of", "2025-01-31"]) == 0
    cells = json.loads(capsys.readouterr().out)["rows"]
    assert {c["age"] for c in cells} == {0}


def test_sql_runs_as_it_stands(workspace: str, capsys: pytest.CaptureFixture) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert main(["sql", "rfm_scores", "--workspace", workspace, "--as-of", "2025-02-28"]) == 0
    statement = capsys.readouterr().out
    assert "$" not in statement
    with duckdb.connect(workspace) as connection:
        assert len(connection.sql(statement).fetchall()) == 2


def test_measures_lists_every_card(capsys: pytest.CaptureFixture) -> None:
    assert main(["measures", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert {"cohort_retention", "pareto_summary"} <= {card["name"] for card in cards}
    assert all(card["definition"] and card["columns"] for card in cards)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["measure", "nonsense", "--workspace", "{w}"], "There is no measure 'nonsense'"),
        (["measure", "rfm_scores", "--workspace", "nowhere.duckdb"], "There is no workspace nowhere.duckdb"),
        (["measure", "rfm_scores", "--workspace", "{w}", "--as-of", "1.2.2025"], "YYYY-MM-DD"),
        (["measure", "rfm_scores", "--workspace", "{w}", "--where", "channel"], "NAME=VALUE"),
        (["measure", "rfm_scores", "--workspace", "{w}", "--grain", "year"], "invalid choice"),
        (["measure", "rfm_scores", "--workspace", "{w}", "--format", "parquet"], "--out"),
        (["import", "missing.csv", "--workspace", "{w}"], "There is no file missing.csv"),
        (["nonsense"], "invalid choice"),
    ],
)
def test_an_error_is_one_line_and_status_one(
    workspace: str, capsys: pytest.CaptureFixture, words: list[str], message: str
) -> None:
    assert main([word.format(w=workspace) for word in words]) == 1
    said = capsys.readouterr()
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""


def test_the_same_file_twice_is_refused_and_nothing_changes(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["import", str(tmp_path / "orders.csv"), "--workspace", workspace]) == 1
    assert "already imported" in capsys.readouterr().err


def test_a_workspace_in_use_elsewhere_is_told_as_such(workspace: str) -> None:
    import subprocess

    hold = f"import duckdb, time; c = duckdb.connect({workspace!r}); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        tried = subprocess.run(
            [sys.executable, "-m", "loyalty_metrics", "measure", "rfm_scores", "--workspace", workspace],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        holder.kill()
    assert tried.returncode == 1
    assert "open in another program" in tried.stderr
    assert len(tried.stderr.splitlines()) == 1


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    commands = next(action for action in parser()._actions if action.choices)
    for name, command in (commands.choices or {}).items():  # type: ignore[union-attr]
        assert re.search(rf"loyalty_metrics {name}\b", text), name
        for action in command._actions:
            option = next((flag for flag in action.option_strings if flag.startswith("--")), None)
            assert option in (None, "--help") or option in text, f"{name} {option}"
