"""Open a file of any known format as something that can be queried."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.delimited import read_delimited
from loyalty_metrics.ingest.encoding import to_utf8
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.sheets import check_zip, read_sheet
from loyalty_metrics.ingest.source import Source, SourceColumn, create_set_aside
from loyalty_metrics.schema import TABLES

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_REFUSED = {
    b"%PDF": "a PDF; export the table behind it as CSV or XLSX",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"SQLite format 3": "a SQLite database; export its table as CSV",
}
_GLOB = set("*?[")


@contextmanager
def open_source(cursor: Cursor, path: Path, options: ImportOptions) -> Iterator[Source]:
    """Open a file for as long as the block lasts.

    Raises:
        ImportRefused: It is missing, empty, of no known format, or cannot be read with certainty.
    """
    if options.table not in TABLES:
        raise ImportRefused(f"There is no table {options.table!r}; there are {', '.join(TABLES)}.")
    if not path.is_file():
        raise ImportRefused(f"There is no file {path}.")
    create_set_aside(cursor)
    with TemporaryDirectory(prefix="loyalty-import-", ignore_cleanup_errors=True) as folder:
        yield _read(cursor, path, Path(folder), options)


def _read(cursor: Cursor, path: Path, folder: Path, options: ImportOptions) -> Source:
    with path.open("rb") as file:
        head = file.read(512)
    _refuse_other_formats(path.name, head)
    table = TABLES[options.table]
    if head.startswith(b"PAR1"):
        return _read_parquet(cursor, path.name, _plain(path, folder))
    if head.startswith((_ZIP, _OLE)):
        if head.startswith(_ZIP):
            check_zip(path.name, path)
        return read_sheet(cursor, path.name, path, table, options.sheet)
    text = to_utf8(_plain(path, folder), path.name, folder, options.encoding)
    return read_delimited(cursor, path.name, text, folder, table, options.delimiter)


def _refuse_other_formats(name: str, head: bytes) -> None:
    if not head.strip():
        raise ImportRefused(f"{name} is empty.")
    for mark, what in _REFUSED.items():
        if head.startswith(mark):
            raise ImportRefused(f"{name} is {what}.")
    start = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<div")):
        raise ImportRefused(
            f"{name} is a web page or XML saved under another name; open it in a spreadsheet and save it as .xlsx."
        )
    if start.startswith((b"{", b"[{", b"[\n", b"[\r")):
        raise ImportRefused(f"{name} is JSON; export the table as CSV, XLSX or Parquet.")


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


def _read_parquet(cursor: Cursor, name: str, path: Path) -> Source:
    try:
        rows = pq.read_metadata(path).num_rows
    except (pa.ArrowException, OSError) as error:
        raise ImportRefused(f"{name} is a damaged Parquet file; export it again.") from error
    if rows == 0:
        raise ImportRefused(f"{name} has columns but no rows.")
    relation = "read_parquet($path, file_row_number = true, hive_partitioning = false)"
    parameters = {"path": str(path)}
    described = cursor.rows(f"describe select * from {relation}", parameters)
    columns = tuple(
        SourceColumn(column, column, sql_type) for column, sql_type, *_ in described if column != "file_row_number"
    )
    return Source(name, relation, "file_row_number + 1", columns, rows, parameters=parameters)
