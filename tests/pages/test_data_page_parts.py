"""The parts of the Data page that work without a page: files named on the machine, rows to mend, progress in words."""

from pathlib import Path
from types import SimpleNamespace

import fastexcel
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Progress, Watch
from pages._ui import jobs, local_files, mend, questions
from pages._ui.discreet import discreet

BROKEN = """order_id,customer_id,order_date,amount
001,A,2026-01-05,10.00
002,C,2026-02-30,=40.00
003,D,2026-01-05
004,E,2026-01-06,-5.00,5
"""


def test_rows_set_aside_are_mended_in_the_workbook_and_loaded(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    (tmp_path / "orders.csv").write_text(BROKEN)
    assert workspace.import_file(tmp_path / "orders.csv").set_aside == 3
    (tmp_path / "aside.xlsx").write_bytes(mend.workbook(workspace.set_aside(1)))
    rows = fastexcel.read_excel(tmp_path / "aside.xlsx").load_sheet(0, dtypes="string").to_pandas()
    assert list(rows.columns[:4]) == ["order_id", "customer_id", "order_date", "amount"]
    assert rows["order_id"].tolist() == ["002", "003", "004"]
    assert rows["Line"].tolist() == ["3", "4", "5"]
    assert rows["Set aside because"].str.len().min() > 10
    rows["order_date"], rows["amount"] = "2026-02-28", ["40.00", "3.00", "-5.00"]
    rows.to_excel(tmp_path / "mended.xlsx", index=False, engine="xlsxwriter")
    report = workspace.import_file(tmp_path / "mended.xlsx")
    assert (report.loaded, report.set_aside, report.money_loaded) == (3, 0, 38)


@pytest.mark.parametrize(
    ("host", "address", "more", "allowed"),
    [
        ("localhost:8501", None, {}, True),
        ("127.0.0.1:8501", "127.0.0.1", {}, True),
        ("[::1]:8501", "::1", {}, True),
        ("shop.example.com", None, {}, False),
        ("localhost:8501", "10.0.0.7", {}, False),
        ("localhost", None, {"X-Forwarded-For": "10.0.0.7"}, False),
        ("localhost", None, {"Via": "1.1 proxy"}, False),
        ("", None, {}, False),
    ],
)
def test_only_a_browser_on_the_machine_itself_may_name_its_files(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str | None, more: dict, allowed: bool
) -> None:
    context = SimpleNamespace(headers={"Host": host, **more}, ip_address=address)
    monkeypatch.setattr(local_files.st, "context", context)
    monkeypatch.delenv(local_files.SETTING, raising=False)
    assert local_files.is_allowed() is allowed
    for setting in ("0", "1"):
        monkeypatch.setenv(local_files.SETTING, setting)
        assert local_files.is_allowed() is (setting == "1")


@pytest.mark.parametrize(("last", "worth"), [("3,A,2026-02-30,9,EUR", True), ("3,A,2026-02-03,9,USD", False)])
def test_only_rows_that_would_load_once_mended_are_worth_mending(tmp_path: Path, last: str, worth: bool) -> None:
    head = "order_id,customer_id,order_date,amount,currency\n1,A,2026-01-05,5,EUR\n2,B,2026-01-25,6,EUR\n"
    (tmp_path / "orders.csv").write_text(head + last)
    report = Workspace.in_memory().import_file(tmp_path / "orders.csv", currency="EUR")
    assert report.set_aside == 1
    assert mend.is_worth_it(report) is worth


def test_progress_is_told_in_one_line() -> None:
    half = Progress("Reading the text", 50_000_000, 100_000_000, "bytes", 5.0)
    assert jobs.told(half) == "Reading the text · 50% · 10 MB a second · about 5 seconds left"
    assert jobs.told(Progress("Checking every row", 0, 10, "rows", 9.0)) == "Checking every row"
    slow = Progress("Checking every row", 12_000, 100_000, "rows", 100.0)
    assert jobs.told(slow) == "Checking every row · 12% · 120 rows a second · about 12 minutes left"


def test_job_is_cancelled_before_and_while_it_works() -> None:
    def work(watch: Watch) -> None:
        while True:
            watch.step("Going on")

    job = jobs.Job(work)
    job.cancel()
    assert job.is_over_within(5)
    assert isinstance(job.error, ImportCancelled)


def test_sentences_on_the_page_have_no_hints_for_the_command_line() -> None:
    told = "a.csv: the dates can be read in two ways; say which with --date-format %d/%m/%Y."
    assert questions.for_page(told) == "a.csv: the dates can be read in two ways."
    assert questions.for_page("a.csv is empty.") == "a.csv is empty."


def test_addresses_are_cut_down() -> None:
    assert discreet("anna.li@example.com") == "a…@example…"
    assert discreet("C-1042") == "C-1042"
