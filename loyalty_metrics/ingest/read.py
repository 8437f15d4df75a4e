"""Open a file of any known format as something that can be queried."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused, QueryFailed
from loyalty_metrics.ingest.archive import GZIP, ZIP, gunzip, is_workbook, unzip_single
from loyalty_metrics.ingest.delimited import read_delimited
from loyalty_metrics.ingest.encoding import to_utf8
from loyalty_metrics.ingest.lost_letters import with_whole_headers
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.read_json import is_json, read_json
from loyalty_metrics.ingest.read_parquet import read_parquet, refuse_damaged
from loyalty_metrics.ingest.read_sqlite import read_sqlite
from loyalty_metrics.ingest.sheets import check_workbook, read_sheets
from loyalty_metrics.ingest.source import Source, create_set_aside
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.ingest.web_table import is_web_page, table_as_text
from loyalty_metrics.schema import TABLES

_OLE = b"\xd0\xcf\x11\xe0"
_SQLITE = b"SQLite format 3\0"
_REFUSED = {
    b"%PDF": "a PDF; export the table behind it as CSV or XLSX",
    b"BZh": "compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "compressed with xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with zstandard; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
}
_GLOB = set("*?[")


@contextmanager
def open_source(cursor: Cursor, path: Path, options: ImportOptions, watch: Watch | None = None) -> Iterator[Source]:
    """Open a file for as long as the block lasts; a compressed one is unpacked first.

    Raises:
        ImportRefused: It is missing, empty, of no known format, or cannot be read with certainty.
        ImportCancelled: The watch was told to cancel.
    """
    if options.table not in TABLES:
        raise ImportRefused(f"There is no table {options.table!r}; there are {', '.join(TABLES)}.")
    if not path.is_file():
        raise ImportRefused(f"There is no file {path}.")
    create_set_aside(cursor)
    with TemporaryDirectory(prefix="loyalty-import-", ignore_cleanup_errors=True) as folder:
        source = _Reader(cursor, path.name, Path(folder), options, watch or Watch()).read(path)
        source = with_whole_headers(source, TABLES[options.table])
        try:
            yield source
        except QueryFailed as error:
            refuse_damaged(source, error)
            raise


@dataclass(frozen=True)
class _Reader:
    """What reading needs: where rows go, the file's name for people, where copies may be put, what was said of it."""

    cursor: Cursor
    name: str
    folder: Path
    options: ImportOptions
    watch: Watch

    def read(self, path: Path, is_packed: bool = True) -> Source:
        """Read a file by what its first bytes say, whatever its name ends in."""
        with path.open("rb") as file:
            head = file.read(512)
        _refuse_other_formats(self.name, head)
        if head.startswith(b"PAR1"):
            return read_parquet(self.cursor, self.name, _plain(path, self.folder))
        if head.startswith(_SQLITE):
            return read_sqlite(self.cursor, self.name, path, self.folder, self.options, self.watch)
        if head.startswith(GZIP) or (head.startswith(ZIP) and not is_workbook(path)):
            if not is_packed:
                raise ImportRefused(f"{self.name} is an archive inside an archive; unpack it first.")
            unpack = gunzip if head.startswith(GZIP) else unzip_single
            return self.read(unpack(path, self.folder, self.watch), is_packed=False)
        if head.startswith((ZIP, _OLE)):
            if head.startswith(ZIP):
                check_workbook(self.name, path)
            return read_sheets(self.cursor, self.name, path, self.folder, self.options, self.watch)
        if is_json(path, head):
            return read_json(self.cursor, self.name, path, self.folder, self.options, self.watch)
        return self._read_text(path, head)

    def _read_text(self, path: Path, head: bytes) -> Source:
        text = to_utf8(_plain(path, self.folder), self.name, self.folder, self.options.encoding, self.watch)
        if is_web_page(head):
            text = table_as_text(text, self.name, self.folder)
        return read_delimited(self.cursor, self.name, text, self.folder, self.options, self.watch)


def _refuse_other_formats(name: str, head: bytes) -> None:
    if not head.strip():
        raise ImportRefused(f"{name} is empty.")
    for mark, what in _REFUSED.items():
        if head.startswith(mark):
            raise ImportRefused(f"{name} is {what}.")


def _plain(path: Path, folder: Path) -> Path:
    """Give a path in which the database sees no pattern: a file may be called `orders[1].csv`."""
    if not _GLOB & set(str(path)):
        return path
    plain = folder / f"file{path.suffix if not _GLOB & set(path.suffix) else ''}"
    try:
        plain.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, plain)
    return plain
