"""Several files at once: all that is behind a name comes in, and what does not is named."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.several import FilesRefused
from tests.keeping.shops import write

DAYS = {"a.csv": "1,A,2025-01-05,10", "b.csv": "2,B,2025-01-06,20", "c.csv": "3,A,2025-01-07,30"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, row in DAYS.items():
        write(folder, name, row)
    return folder


def test_folders_patterns_and_archives_come_in(folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    for paths in ([folder], [str(folder / "*.csv")], [tmp_path / "all.zip"], sorted(folder.iterdir())):
        workspace = Workspace.in_memory()
        assert [report.file for report in workspace.import_files(paths)] == list(DAYS)
        assert workspace.table_rows()["transactions"] == 3


def test_what_is_there_already_is_passed_over(folder: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(folder / "a.csv")
    again, *new = workspace.import_files([folder])
    assert (again.read, again.loaded, again.set_aside, again.money_set_aside) == (1, 0, 1, 10)
    assert "already imported on" in again.notes[0]
    assert [report.loaded for report in new] == [1, 1]
    assert [report.loaded for report in workspace.import_files([folder])] == [0, 0, 0]
    assert len(workspace.imports()) == 3


def test_a_file_that_fails_is_named_and_the_others_stay(folder: Path) -> None:
    write(folder, "bad.csv", "x,A,,1")
    workspace = Workspace.in_memory()
    with pytest.raises(FilesRefused, match=r"1 of 4 files was not imported: No row of bad\.csv") as refused:
        workspace.import_files([folder])
    assert [report.file for report in refused.value.reports] == list(DAYS)
    assert list(refused.value.refused) == [str(folder / "bad.csv")]
    assert workspace.table_rows()["transactions"] == 3


def test_cancelling_leaves_what_is_in(folder: Path) -> None:
    class Second(Watch):
        def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
            if workspace.version == 1:
                self.cancel()
            super().step(name, total, unit)

    workspace = Workspace.in_memory()
    with pytest.raises(ImportCancelled):
        workspace.import_files([folder], watch=Second())
    assert workspace.table_rows()["transactions"] == 1


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    workspace = Workspace.in_memory()
    assert [report.loaded for report in workspace.import_files([folder], dry_run=True)] == [1, 1, 1]
    assert workspace.version == 0
