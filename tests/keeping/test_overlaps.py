"""Exports that overlap: repeats are kept out, other versions of orders are asked about, and all of it can be undone."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import ImportRefused, LoyaltyError, Workspace
from loyalty_metrics.ingest import ImportReport
from tests.keeping.shops import assert_same, data, write

JANUARY = ("1,A,2025-01-05,10", "2,B,2025-01-20,20", "3,,2025-01-31,7")


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.in_memory()


def only(folder: Path, *files: tuple[str, ...], **options: str) -> dict[str, pd.DataFrame]:
    """What a workspace holds that never saw anything but these files."""
    workspace = Workspace.in_memory()
    for n, rows in enumerate(files):
        workspace.import_file(write(folder, f"only{n}.csv", *rows), **options)
    return data(workspace)


def amounts(workspace: Workspace) -> list[float]:
    with workspace._database.cursor() as cursor:
        return [float(a) for (a,) in cursor.rows("select amount from transactions order by order_id, amount")]


def test_rows_of_an_earlier_import_are_set_aside_with_their_money(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    report = workspace.import_file(write(tmp_path, "more.csv", *JANUARY[1:], "4,A,2025-02-02,5"))
    assert (report.read, report.loaded, report.set_aside) == (3, 1, 2)
    assert (report.money_loaded, report.money_set_aside) == (5, 27)
    assert [(r.code, r.rows, r.money) for r in report.reasons] == [("already_imported", 2, 27)]
    assert report.facts["orders"] == 1
    aside = workspace.set_aside(2)
    assert aside[["line_no", "reason"]].to_numpy().tolist() == [[2, "already_imported"], [3, "already_imported"]]
    assert json.loads(aside["raw"][0])["order_id"] == "2"
    assert_same(data(workspace), only(tmp_path, (*JANUARY, "4,A,2025-02-02,5")))


def test_a_dry_run_knows_the_repeats(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    file = write(tmp_path, "more.csv", *JANUARY[1:], "4,A,2025-02-02,5")
    told = workspace.import_file(file, dry_run=True)
    assert told.set_aside == 2
    assert workspace.import_file(file).to_json() == told.to_json()


def test_equal_rows_within_a_file_stay_and_copies_are_counted(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "two.csv", "1,A,2025-01-05,10", "1,A,2025-01-05,10"))
    assert amounts(workspace) == [10, 10]
    report = workspace.import_file(write(tmp_path, "three.csv", *["1,A,2025-01-05,10"] * 3))
    assert (report.loaded, report.set_aside) == (1, 2)
    assert amounts(workspace) == [10, 10, 10]


def test_rows_that_differ_in_any_column_are_no_repeats(workspace: Workspace, tmp_path: Path) -> None:
    columns = "order_id,customer_id,ordered_at,amount,product"
    workspace.import_file(write(tmp_path, "tea.csv", "1,A,2025-01-05,10,tea", columns=columns))
    file = write(tmp_path, "pot.csv", "1,A,2025-01-05,10,pot", columns=columns)
    assert workspace.import_file(file, known_orders="add").loaded == 1


def test_rows_without_order_ids_are_compared_too(workspace: Workspace, tmp_path: Path) -> None:
    columns = "customer_id,ordered_at,amount"
    workspace.import_file(write(tmp_path, "one.csv", "A,2025-01-05,10", "A,2025-01-05,3", columns=columns))
    more = write(tmp_path, "two.csv", "A,2025-01-05,3", "A,2025-01-05,4", "A,2025-01-05,3", columns=columns)
    report = workspace.import_file(more)
    assert (report.loaded, report.set_aside) == (2, 1)
    assert sorted(amounts(workspace)) == [3, 3, 4, 10]
    assert len(data(workspace)["orders"]) == 4


def test_a_file_of_repeats_alone_changes_nothing_and_says_so(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    with pytest.raises(ImportRefused, match="An earlier import brought an equal row"):
        workspace.import_file(write(tmp_path, "again.csv", *reversed(JANUARY)))
    assert workspace.version == 1


def test_undoing_the_earlier_import_brings_the_repeats_back(workspace: Workspace, tmp_path: Path) -> None:
    second = (*JANUARY[1:], "4,A,2025-02-02,5")
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    workspace.import_file(write(tmp_path, "more.csv", *second))
    workspace.undo_import(1)
    assert_same(data(workspace), only(tmp_path, second))
    report = ImportReport.from_json(workspace.imports()["report"][0])
    assert (report.loaded, report.set_aside, report.money_loaded) == (3, 0, 32)
    assert workspace.imports()["loaded"].tolist() == [3]
    assert workspace.set_aside(2).empty


def test_another_version_of_an_order_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    file = write(tmp_path, "newer.csv", "1,A,2025-01-05,12", *JANUARY[1:])
    told = workspace.import_file(file, dry_run=True)
    assert ImportReport.from_json(told.to_json()) == told
    (question,) = told.questions
    assert question.readings == (("add", "2025-01-05 10, 2025-01-05 12"), ("replace", "2025-01-05 12"))
    assert (question.code, question.option, question.choices) == ("known_orders", "known_orders", ("add", "replace"))
    with pytest.raises(ImportRefused, match=r"order 1, .*\(known: 2025-01-05 10; in the file: 2025-01-05 12\)"):
        workspace.import_file(file)
    assert workspace.version == 1
    with pytest.raises(ImportRefused, match="may be add or replace"):
        workspace.import_file(file, known_orders="yes")


@pytest.mark.parametrize(("answer", "expected"), [("add", [10, 12, 20, 7]), ("replace", [12, 20, 7])])
def test_the_answer_is_kept_to_and_undone(
    workspace: Workspace, tmp_path: Path, answer: str, expected: list[float]
) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    before = data(workspace)
    newer = ("1,A,2025-01-05,12", *JANUARY[1:])
    report = workspace.import_file(write(tmp_path, "newer.csv", *newer), known_orders=answer)
    assert (report.loaded, report.set_aside) == (1, 2)
    assert report.questions == ()
    assert amounts(workspace) == expected
    if answer == "replace":
        assert "1 orders are replaced" in " ".join(report.notes)
        assert_same(data(workspace), only(tmp_path, newer))
    workspace.undo_import(2)
    assert_same(before, data(workspace))


def test_undoing_the_replaced_import_leaves_the_newer_version(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    newer = ("1,A,2025-01-05,12", *JANUARY[1:])
    workspace.import_file(write(tmp_path, "newer.csv", *newer), known_orders="replace")
    workspace.undo_import(1)
    assert_same(data(workspace), only(tmp_path, newer))


def test_versions_of_versions_are_undone_in_any_order(workspace: Workspace, tmp_path: Path) -> None:
    versions = [(f"1,A,2025-01-05,{n}", "1,A,2025-01-05,3", "2,B,2025-01-06,1") for n in (10, 11, 12)]
    for n, rows in enumerate(versions):
        workspace.import_file(write(tmp_path, f"{n}.csv", *rows), known_orders="replace")
    assert amounts(workspace) == [3, 12, 1]
    workspace.undo_import(2)
    assert amounts(workspace) == [3, 12, 1]
    workspace.undo_import(3)
    assert_same(data(workspace), only(tmp_path, versions[0]))


def test_a_line_that_is_gone_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    rows = ("1,A,2025-01-05,10", "1,A,2025-01-05,4", "2,B,2025-01-06,1")
    workspace.import_file(write(tmp_path, "both.csv", *rows))
    file = write(tmp_path, "one.csv", *rows[::2], "3,B,2025-01-06,2")
    with pytest.raises(ImportRefused, match="--known-orders"):
        workspace.import_file(file)
    workspace.import_file(file, known_orders="replace")
    assert amounts(workspace) == [10, 1, 2]


def test_an_order_that_only_grew_is_not_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    workspace.import_file(write(tmp_path, "more.csv", *JANUARY, "1,A,2025-01-07,3"))
    assert amounts(workspace) == [3, 10, 20, 7]


def test_postings_after_the_days_known_are_simply_added(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    report = workspace.import_file(write(tmp_path, "february.csv", "1,A,2025-02-03,-10", "9,C,2025-02-04,1"))
    assert report.loaded == 2
    assert amounts(workspace) == [-10, 10, 20, 7, 1]


def test_a_late_refund_in_a_file_that_begins_after_the_sale_needs_no_question(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    workspace.import_file(write(tmp_path, "late.csv", *JANUARY[1:], "1,A,2025-01-21,-4"))
    assert amounts(workspace) == [-4, 10, 20, 7]


def test_an_order_moved_to_another_day_or_customer_is_replaced_whole(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "january.csv", *JANUARY))
    newer = ("1,Z,2025-01-06,10", *JANUARY[1:])
    workspace.import_file(write(tmp_path, "newer.csv", *newer), known_orders="replace")
    assert_same(data(workspace), only(tmp_path, newer))


def test_order_numbers_that_customers_share_are_told_apart(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "one.csv", "1,A,2025-01-05,10", "1,B,2025-01-05,20"))
    workspace.import_file(write(tmp_path, "two.csv", "1,A,2025-01-05,11", "1,C,2025-01-05,30"), known_orders="replace")
    assert amounts(workspace) == [11, 20, 30]


def test_an_undo_that_would_leave_a_question_open_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "1.csv", "1,A,2025-01-05,10"))
    workspace.import_file(write(tmp_path, "2.csv", "1,A,2025-01-05,11"), known_orders="replace")
    workspace.import_file(write(tmp_path, "3.csv", "1,A,2025-01-05,11", "1,A,2025-01-05,5"))
    before = data(workspace)
    with pytest.raises(LoyaltyError, match=r"import 3 \(3\.csv\) brings other lines .* Undo import 3 first"):
        workspace.undo_import(2)
    assert_same(before, data(workspace))
    workspace.undo_import(3)
    workspace.undo_import(2)
    assert amounts(workspace) == [10]


def test_an_undo_can_make_a_later_import_replace_more(workspace: Workspace, tmp_path: Path) -> None:
    shared = write(tmp_path, "1.csv", "1,A,2025-01-05,10", "1,B,2025-01-05,20")  # a number that two customers bear
    workspace.import_file(shared)
    later = (("1,A,2025-01-06,30",), ("1,,2025-01-05,40",))
    for n, rows in enumerate(later):
        workspace.import_file(write(tmp_path, f"later{n}.csv", *rows), known_orders="replace")
    assert amounts(workspace) == [10, 20, 30, 40]
    workspace.undo_import(1)
    assert_same(data(workspace), only(tmp_path, *later, known_orders="replace"))
    assert amounts(workspace) == [40]


def test_replaced_lines_come_back_with_columns_the_newer_version_lacks(workspace: Workspace, tmp_path: Path) -> None:
    columns = "order_id,customer_id,ordered_at,amount,product"
    workspace.import_file(write(tmp_path, "old.csv", "001,A,2025-01-05,10,007,2.5", columns=f"{columns},cost"))
    before = data(workspace)
    workspace.import_file(write(tmp_path, "new.csv", "001,A,2025-01-05,12,7", columns=columns), known_orders="replace")
    workspace.undo_import(2)
    assert_same(before, data(workspace))


def test_other_tables_drop_repeats_and_are_undone(workspace: Workspace, tmp_path: Path) -> None:
    columns = "complaint_id,opened_at,outcome,cost"
    old, new = ("1,2025-01-05,settled,5", "2,2025-01-06,,2"), ("2,2025-01-06,,2", "3,2025-01-07,,1")
    workspace.import_file(write(tmp_path, "old.csv", *old, columns=columns), "complaints")
    report = workspace.import_file(write(tmp_path, "new.csv", *new, columns=columns), "complaints")
    assert (report.loaded, report.set_aside, report.money_set_aside) == (1, 1, Decimal(0))
    workspace.undo_import(1)
    alone = Workspace.in_memory()
    alone.import_file(tmp_path / "new.csv", "complaints")
    assert_same(data(workspace), data(alone))


def test_a_customer_entered_as_before_is_again_as_last_entered(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(write(tmp_path, "orders.csv", "1,A,2025-01-05,10"))
    columns = "customer_id,acquired_through"
    for n, rows in enumerate((["A,search"], ["A,friend"], ["A,search", "B,"])):
        report = workspace.import_file(write(tmp_path, f"{n}.csv", *rows, columns=columns), "customers")
        assert report.set_aside == 0
    report = workspace.import_file(write(tmp_path, "3.csv", "A,search", "C,", columns=columns), "customers")
    assert report.set_aside == 1
    report = workspace.import_file(write(tmp_path, "4.csv", "A,friend", "A,search", columns=columns), "customers")
    assert report.set_aside == 0
