"""Orders in two spellings, such as 1001 and #1001: the same where day and money say so, else asked about."""

from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics import ImportRefused, Workspace
from tests.keeping.shops import write

CASE = Path(__file__).parents[1] / "cases" / "32-order-number-sign"
KNOWN = ("1001,A,2025-01-05,10", "1002,B,2025-01-06,20")


def orders(workspace: Workspace) -> dict[str, Decimal]:
    with workspace._database.cursor() as cursor:
        return dict(cursor.rows("select order_id, sum(amount) from transactions group by order_id"))


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_a_sign_before_a_number_makes_no_other_order(names: tuple[str, str]) -> None:
    workspace = Workspace.in_memory()
    for name in names:
        try:
            workspace.import_file(CASE / name)
        except ImportRefused as refused:
            assert "An earlier import brought an equal row" in str(refused)
    assert (len(orders(workspace)), sum(orders(workspace).values())) == (3, 35)


@pytest.mark.parametrize("spelling", ["#{}", "Order {}", "Order #{}", "No. {}", "’{}", "ORDER-{}", "Pedido {}", "№ {}"])
def test_spellings_of_one_order(tmp_path: Path, spelling: str) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "old.csv", *KNOWN))
    rows = [f"{spelling.format(row[:4])}{row[4:]}" for row in KNOWN]
    report = workspace.import_file(write(tmp_path, "new.csv", *rows, f"{spelling.format(1003)},A,2025-01-06,5"))
    assert (report.loaded, report.set_aside) == (1, 2)
    assert any("known in another spelling" in note for note in report.notes)
    assert sum(orders(workspace).values()) == 35


def test_the_case_of_letters_makes_no_other_order(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "old.csv", "so-1,A,2025-01-05,10", "so-2,A,2025-01-06,10"))
    assert workspace.import_file(write(tmp_path, "new.csv", "SO-1,A,2025-01-05,10", "SO-3,A,2025-01-06,1")).loaded == 1


@pytest.mark.parametrize("row", ["#1001,A,2025-01-05,7", "#1001,A,2025-01-06,10", "001001,A,2025-01-05,10"])
def test_other_contents_are_asked_about(tmp_path: Path, row: str) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "old.csv", *KNOWN))
    file = write(tmp_path, "new.csv", row)
    with pytest.raises(ImportRefused, match=r"--order-ids same .* --order-ids as_written"):
        workspace.import_file(file)
    (question,) = workspace.import_file(file, dry_run=True).questions
    assert (question.code, question.choices) == ("order_ids", ("same", "as_written"))
    workspace.import_file(file, order_ids="as_written")
    assert len(orders(workspace)) == 3


def test_the_answer_same_asks_for_the_version(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "old.csv", *KNOWN))
    file = write(tmp_path, "new.csv", "#1001,A,2025-01-05,7")
    with pytest.raises(ImportRefused, match="--known-orders"):
        workspace.import_file(file, order_ids="same")
    workspace.import_file(file, order_ids="same", known_orders="replace")
    assert orders(workspace) == {"1001": 7, "1002": 20}
    workspace.undo_import(2)
    assert orders(workspace) == {"1001": 10, "1002": 20}
    with pytest.raises(ImportRefused, match="may be same or as_written"):
        workspace.import_file(file, order_ids="yes")


def test_letters_that_tell_numbers_apart_stay(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "old.csv", *KNOWN))
    assert (
        workspace.import_file(write(tmp_path, "new.csv", "C1001,A,2025-01-05,-10", "INV1002,A,2025-01-05,1")).loaded
        == 2
    )


def test_two_spellings_in_one_file(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    file = write(tmp_path, "both.csv", "1001,A,2025-01-05,10", "#1001,A,2025-01-05,10", "1002,A,2025-01-05,1")
    report = workspace.import_file(file)
    assert (report.loaded, report.facts["orders"], len(orders(workspace))) == (3, 2, 2)
