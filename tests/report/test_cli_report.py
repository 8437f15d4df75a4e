"""The command that writes the review, as a schedule calls it."""

from pathlib import Path

import pytest

from loyalty_metrics.cli import main
from loyalty_metrics.report import FORMATS
from tests.report.conftest import LINES
from tests.report.reading import Page

BEGINS = {"html": b"<!DOCTYPE html>", "xlsx": b"PK", "pptx": b"PK", "pdf": b"%PDF"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tea")
    (folder / "orders.csv").write_text(LINES, encoding="utf-8")
    path = str(folder / "tea_shop.duckdb")
    assert main(["import", str(folder / "orders.csv"), "--workspace", path]) == 0
    return path


@pytest.mark.parametrize("ending", FORMATS)
def test_the_command_writes_every_format(workspace: str, tmp_path: Path, ending: str, made: dict[str, bytes]) -> None:
    assert made[ending], "or skipped"
    out = tmp_path / f"weekly.{ending}"
    assert main(["report", "--workspace", workspace, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(BEGINS[ending])


def test_the_command_takes_dates_scope_and_title(workspace: str, tmp_path: Path) -> None:
    out = tmp_path / "weekly.html"
    words = ["--as-of", "2025-02-28", "--compare-to", "2025-01-31", "--where", "category=Bánh mì", "--title", "Tuần"]
    assert main(["report", "-w", workspace, "--out", str(out), *words]) == 0
    page = Page(out.read_bytes())
    for text in ("Tuần", "tea shop", "28 Feb 2025", "31 Jan 2025", "Bánh mì"):
        assert text in page.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "weekly.docx"], "weekly.docx"),
        (["--out", "no/such/folder/weekly.html"], "weekly.html"),
        (["--out", "weekly.html", "--as-of", "2019-01-01"], "nobody bought"),
        (["--out", "weekly.html", "--compare-to", "2026-01-01"], "compare_to"),
        ([], "--out"),
    ],
)
def test_what_is_wrong_is_one_line(
    workspace: str, tmp_path: Path, words: list[str], told: str, capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["report", "-w", workspace, *words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not list(tmp_path.glob("weekly*"))
