"""Several files in one go: each is imported whole or not at all, and those that are refused are named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from loyalty_metrics import ingest
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.importing import NothingNew
from loyalty_metrics.ingest import ImportReport


class FilesRefused(ImportRefused):
    """Some of several files were not imported.

    Attributes:
        reports: The accounts of the files that were.
        refused: Why each of the others was not, by its name.
    """

    def __init__(self, reports: list[ImportReport], refused: Mapping[str, str]) -> None:
        of_all = f"{len(refused)} of {len(reports) + len(refused)} files" if reports else "No file"
        verb = "was" if not reports or len(refused) == 1 else "were"
        super().__init__(f"{of_all} {verb} {'' if not reports else 'not '}imported: {' '.join(refused.values())}")
        self.reports = reports
        self.refused = refused


def import_each(
    paths: Iterable[str | Path],
    run: Callable[[Path], ImportReport],
    join: Callable[[Sequence[Path], Path], list[Path]] | None = None,
) -> list[ImportReport]:
    """Import all files behind what was named: files, patterns of names, folders, archives.

    `join` may lay files that belong together side by side in a folder, before they come in.

    A file of which nothing is new is no failure: its report says that all of it was there already.

    Raises:
        FilesRefused: Some were not imported; it holds the accounts of the others.
    """
    reports: list[ImportReport] = []
    refused: dict[str, str] = {}
    with TemporaryDirectory(prefix="loyalty-files-", ignore_cleanup_errors=True) as folder:
        found = [file for n, path in enumerate(paths) for file in ingest.expand(path, _subfolder(folder, n))]
        files = list(dict.fromkeys(found))
        for file in join(files, Path(folder)) if join else files:
            try:
                reports.append(run(file))
            except NothingNew as nothing:
                reports.append(nothing.report)
            except ImportRefused as error:
                refused[str(file)] = str(error) if file.name in str(error) else f"{file.name}: {error}"
    if refused:
        raise FilesRefused(reports, refused)
    return reports


def _subfolder(folder: str, number: int) -> Path:
    path = Path(folder) / str(number)
    path.mkdir()
    return path
