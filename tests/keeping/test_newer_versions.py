"""Newer versions of what other tables hold: a later import of the same replaces it, and its undo brings it back."""

from pathlib import Path

import pandas as pd

from loyalty_metrics import Workspace
from loyalty_metrics.ingest import ImportReport

COLUMNS = "complaint_id,customer_id,opened_at,closed_at,reason,outcome\n"


def bring(workspace: Workspace, folder: Path, name: str, *rows: str, table: str = "complaints") -> ImportReport:
    path = folder / name
    path.write_text(COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    return workspace.import_file(path, table)


def complaints(workspace: Workspace) -> list[tuple]:
    with workspace._database.cursor() as cursor:
        return cursor.rows("select complaint_id, cast(closed_at as varchar)[:10], outcome from complaints order by all")


def test_a_complaint_that_was_closed_since_counts_once(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    bring(workspace, tmp_path, "january.csv", "K1,A,2026-01-03,,late,", "K2,B,2026-01-04,,late,")
    report = bring(
        workspace, tmp_path, "february.csv", "K1,A,2026-01-03,2026-02-01,late,settled", "K2,B,2026-01-04,,late,"
    )
    assert (report.read, report.loaded, report.set_aside) == (2, 1, 1)
    assert "1 rows of earlier imports are replaced by their newer version." in report.notes
    assert complaints(workspace) == [("K1", "2026-02-01", "settled"), ("K2", None, None)]
    bring(workspace, tmp_path, "march.csv", "K1,A,2026-01-03,2026-03-01,late,closed")
    assert complaints(workspace) == [("K1", "2026-03-01", "closed"), ("K2", None, None)]
    workspace.undo_import(2)
    assert complaints(workspace) == [("K1", "2026-03-01", "closed"), ("K2", None, None)]
    workspace.undo_import(3)
    assert complaints(workspace) == [("K1", None, None), ("K2", None, None)]


def test_a_tier_that_ended_is_the_same_stay(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    for name, until in (("a.csv", ""), ("b.csv", "2026-03-31")):
        path = tmp_path / name
        path.write_text(f"customer_id,tier,from_on,until_on\nA,Gold,2026-01-01,{until}\n", encoding="utf-8")
        workspace.import_file(path, "tiers")
    with workspace._database.cursor() as cursor:
        assert cursor.rows("select cast(until_on as varchar) from tiers") == [("2026-03-31",)]


def test_a_mended_workbook_is_of_the_kind_of_its_file(tmp_path: Path) -> None:
    from pages._ui.mend import workbook

    workspace = Workspace.in_memory()
    path = tmp_path / "till.csv"
    path.write_text("Beleg;Kunde;Tag;Wert\n1;A;03/04/2025;1,50\n2;B;kein;2,50\n", encoding="utf-8")
    columns = {"order_id": "Beleg", "customer_id": "Kunde", "ordered_at": "Tag", "amount": "Wert"}
    kind = workspace.inspect(path).fingerprint
    workspace.save_mapping("till", kind, "transactions", {"columns": columns, "date_format": "%d/%m/%Y"})
    workspace.import_file(path)
    aside = workspace.set_aside(1)
    assert aside["reason"].tolist() == ["date_unreadable"]
    aside["raw"] = aside["raw"].str.replace("kein", "05/04/2025")
    mended = tmp_path / "mended.xlsx"
    mended.write_bytes(workbook(aside))
    assert workspace.inspect(mended).fingerprint == kind
    report = workspace.import_file(mended)
    assert (report.loaded, report.facts["first_date"]) == (1, "2025-04-05")


def test_a_decision_on_people_is_in_the_log(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    path = tmp_path / "o.csv"
    path.write_text("order_id,customer_id,ordered_at,amount\n1,A,2025-01-05,10\n2,B,2025-02-07,20\n3,C,2025-03-01,1\n")
    workspace.import_file(path)
    workspace.accept_person(["A", "B"])
    moved = workspace.restatements()
    assert moved[["change", "file", "figure", "before", "after"]].astype("str").to_numpy().tolist() == [
        ["accept", "A, B", "new_customers", "1.0", "0.0"]
    ]
    assert pd.to_datetime(moved["month"]).dt.strftime("%Y-%m").tolist() == ["2025-02"]
    workspace.undo_person(["A", "B"])
    assert workspace.restatements()["change"].tolist() == ["undecide", "accept"]
    workspace.refuse_person(["A", "B"])
    assert len(workspace.restatements()) == 2  # a refusal moves nothing


def test_an_undo_tells_beforehand_what_it_would_move(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    for name, rows in (("a.csv", "1,A,2025-01-05,10\n2,B,2025-02-07,20\n"), ("b.csv", "3,A,2025-01-09,5\n")):
        path = tmp_path / name
        path.write_text("order_id,customer_id,ordered_at,amount\n" + rows)
        workspace.import_file(path)
    logged, version = workspace.restatements(), workspace.version
    told = workspace.undo_would_move(2)
    assert (workspace.version, len(workspace.imports())) == (version, 2)
    pd.testing.assert_frame_equal(workspace.restatements(), logged)
    workspace.undo_import(2)
    moved = workspace.restatements(2)
    moved = moved[moved["change"] == "undo"].reset_index(drop=True)
    shown = ["month", "figure", "before", "after", "rows"]
    pd.testing.assert_frame_equal(told[shown], moved[shown])
    assert set(told["figure"]) == {"revenue", "orders"}
    assert workspace.undo_would_move(1).empty


def test_the_facts_of_an_import_are_counted_anew_when_another_is_taken_back(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    header = "order_id,customer_id,ordered_at,amount\n"
    known = "1,A,2025-01-05,10\n2,,2025-02-07,20\n"
    for name, rows in (("a.csv", known), ("b.csv", known + "3,C,2025-03-01,0\n")):
        (tmp_path / name).write_text(header + rows)
        workspace.import_file(tmp_path / name)

    def facts() -> dict[str, object]:
        return dict(ImportReport.from_json(workspace.imports()["report"].iloc[0]).facts)

    before = facts()
    assert (before["customers"], before["orders"], before["first_date"], before["guest_rows"]) == (
        1,
        1,
        "2025-03-01",
        0,
    )
    workspace.undo_import(1)
    alone = Workspace.in_memory()
    expected = alone.import_file(tmp_path / "b.csv").facts
    told = ("customers", "orders", "zero_amount_rows", "first_date", "last_date", "guest_rows", "refund_rows")
    assert {name: facts()[name] for name in told} == {name: expected[name] for name in told}
    assert facts()["guest_money"] == expected["guest_money"]
