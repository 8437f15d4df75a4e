"""A mapping that was saved is applied to the next file of its kind."""

from pathlib import Path

import pytest

from loyalty_metrics import ImportRefused, LoyaltyError, Workspace

UNCLEAR = "Beleg;Kunde;Tag;Wert\n{n};A;03/0{n}/2025;1,50\n"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files of one kind, which do not say whether the day or the month stands first."""
    paths = [tmp_path / f"{n}.csv" for n in (1, 2, 4)]
    for n, path in zip((1, 2, 4), paths, strict=True):
        path.write_text(UNCLEAR.format(n=n), encoding="utf-8")
    return paths


OPTIONS = {
    "columns": {"order_id": "Beleg", "customer_id": "Kunde", "ordered_at": "Tag", "amount": "Wert"},
    "date_format": "%d/%m/%Y",
    "decimal": None,
}


def test_a_saved_mapping_is_applied_by_itself(files: list[Path]) -> None:
    workspace = Workspace.in_memory()
    kind = workspace.inspect(files[0]).fingerprint
    assert workspace.mapping_for(kind, "transactions") is None
    with pytest.raises(ImportRefused):
        workspace.import_file(files[0])
    workspace.save_mapping("till", kind, "transactions", OPTIONS)
    report = workspace.import_file(files[0])
    assert report.notes[0] == 'The file is read by the saved mapping "till".'
    assert report.facts["first_date"] == "2025-01-03"
    assert workspace.import_file(files[1], dry_run=True).facts["first_date"] == "2025-02-03"
    assert workspace.import_file(files[1], columns={}, decimal=None).facts["first_date"] == "2025-02-03"
    with pytest.raises(ImportRefused):  # what the caller says stands alone
        workspace.import_file(files[2], decimal=",")
    assert workspace.imports()["options"].str.contains("%d/%m/%Y").all()
    assert workspace.imports()["kind"].unique().tolist() == [kind]


def test_files_of_another_kind_are_left_alone(files: list[Path], tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.save_mapping("till", workspace.inspect(files[0]).fingerprint, "transactions", OPTIONS)
    other = tmp_path / "other.csv"
    other.write_text("order_id,customer_id,ordered_at,amount\n1,A,2025-01-03,5\n", encoding="utf-8")
    assert not any("mapping" in note for note in workspace.import_file(other).notes)


def test_mappings_are_listed_replaced_and_forgotten(files: list[Path]) -> None:
    workspace = Workspace.in_memory()
    kind = workspace.inspect(files[0]).fingerprint
    workspace.save_mapping("till", kind, "transactions", {"decimal": ","})
    workspace.save_mapping("till", kind, "transactions", OPTIONS)
    (saved,) = workspace.saved_mappings()
    assert (saved.name, saved.fingerprint, saved.table) == ("till", kind, "transactions")
    assert saved.options == {name: value for name, value in OPTIONS.items() if value}
    assert workspace.mapping_for(kind, "transactions") == saved
    workspace.forget_mapping("till")
    assert workspace.saved_mappings() == []


def test_what_is_no_mapping_is_refused(files: list[Path]) -> None:
    workspace = Workspace.in_memory()
    with pytest.raises(LoyaltyError, match="needs a name"):
        workspace.save_mapping(" ", "x", "transactions", {})
    with pytest.raises(LoyaltyError, match="no table 'sales'"):
        workspace.save_mapping("till", "x", "sales", {})
    with pytest.raises(LoyaltyError, match="no import option colour"):
        workspace.save_mapping("till", "x", "transactions", {"colour": "red"})
    with pytest.raises(LoyaltyError, match="no saved mapping 'till'"):
        workspace.forget_mapping("till")
