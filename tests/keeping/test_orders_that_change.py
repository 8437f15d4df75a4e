"""What exports tell of orders in columns beside the sale, over several exports: money refunded, orders cancelled."""

from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.errors import LoyaltyError

HEADER = "order id,customer id,date,amount,refunded amount,order status\n"


def lines(workspace: Workspace) -> list[tuple]:
    with workspace._database.cursor() as cursor:
        return cursor.rows("select order_id, kind, amount, refund_of from transactions order by order_id, amount desc")


def bring(workspace: Workspace, folder: Path, name: str, *rows: str, **options):
    path = folder / name
    lines = [row if row.count(",") == 5 else f"{row},completed" for row in rows]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return workspace.import_file(path, **options)


def test_a_refund_told_later_is_added_and_a_known_one_is_not(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    bring(workspace, tmp_path, "a.csv", "1,x,2026-01-01,10,0", "2,y,2026-01-02,20,5")
    known = [("1", "sale", 10, None), ("2", "sale", 20, None), ("2", "refund", -5, "2")]
    assert lines(workspace) == known
    report = bring(workspace, tmp_path, "b.csv", "1,x,2026-01-01,10,4", "2,y,2026-01-02,20,5", "3,z,2026-01-03,7,0")
    assert (report.read, report.loaded, report.set_aside) == (3, 1, 2)
    assert report.facts["refund_lines_made"] == 1
    assert lines(workspace) == [known[0], ("1", "refund", -4, "1"), *known[1:], ("3", "sale", 7, None)]
    workspace.undo_import(2)
    assert lines(workspace) == known


def test_a_refund_that_grew_is_another_version_of_its_order(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    bring(workspace, tmp_path, "a.csv", "1,x,2026-01-01,10,3")
    with pytest.raises(LoyaltyError, match="with other lines"):
        bring(workspace, tmp_path, "b.csv", "1,x,2026-01-01,10,8", "2,y,2026-01-02,5,0")
    bring(workspace, tmp_path, "b.csv", "1,x,2026-01-01,10,8", "2,y,2026-01-02,5,0", known_orders="replace")
    assert [amount for _, _, amount, _ in lines(workspace)] == [Decimal(10), Decimal(-8), Decimal(5)]


def test_an_order_cancelled_since_is_another_version_of_it(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    bring(workspace, tmp_path, "a.csv", "1,x,2026-01-01,10,0", "2,y,2026-01-02,20,0", "8,y,2026-01-02,20,0,cancelled")
    later = [
        "1,x,2026-01-01,10,0,cancelled",
        "2,y,2026-01-02,20,0",
        "3,z,2026-01-03,7,0",
        "8,y,2026-01-02,20,0,cancelled",
    ]
    with pytest.raises(LoyaltyError, match=r"order 1, .*in the file: no sale, as it is cancelled"):
        bring(workspace, tmp_path, "b.csv", *later)
    report = bring(workspace, tmp_path, "b.csv", *later, known_orders="replace")
    assert (report.read, report.loaded, report.set_aside) == (4, 1, 3)
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("2", 20), ("3", 7)]
    workspace.undo_import(2)
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("1", 10), ("2", 20)]


def test_undoing_an_import_keeps_what_another_says_is_cancelled(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    bring(workspace, tmp_path, "a.csv", "1,x,2026-01-01,10,0", "2,y,2026-01-02,20,0")
    gone = "1,x,2026-01-01,10,0,cancelled"
    bring(workspace, tmp_path, "b.csv", gone, "3,z,2026-01-03,7,0", known_orders="replace")
    bring(workspace, tmp_path, "c.csv", "1,x,2026-01-01,12,0", "4,z,2026-01-04,8,0", known_orders="replace")
    bring(workspace, tmp_path, "d.csv", gone, "5,z,2026-01-05,9,0", known_orders="replace")
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("2", 20), ("3", 7), ("4", 8), ("5", 9)]
    workspace.undo_import(3)
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("2", 20), ("3", 7), ("5", 9)]
    workspace.undo_import(2)
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("2", 20), ("5", 9)]
    workspace.undo_import(4)
    assert [(order, amount) for order, _, amount, _ in lines(workspace)] == [("1", 10), ("2", 20)]
