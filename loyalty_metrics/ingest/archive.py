"""Find the single files behind what people name: a file, a pattern, a folder, a zip archive; and unpack them safely."""

import gzip
import shutil
import zlib
from collections.abc import Iterator
from glob import has_magic, iglob
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.watch import Watch

ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"

_TEXTS = {".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".json", ".jsonl", ".ndjson", ".ldjson"}
_TABLES = _TEXTS | {".parquet", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".sqlite", ".sqlite3", ".db", ".db3"}
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"}
_WORKBOOK_PARTS = ("xl/", "content.xml")
_MOST_FILES = 1000
_LARGEST = 16 << 30
_SUSPICIOUS = 256 << 20
_STEEPEST = 100
_BLOCK = 1 << 20
_LOCKED = 1
_NAMED_IN_UTF8 = 1 << 11


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def expand(path: str | Path, folder: Path) -> list[Path]:
    """Turn what the user named into single files that can be imported, in the order of their names.

    Args:
        path: A file, a pattern such as `exports/*.csv`, a folder (read with all below it), or a zip archive of files.
        folder: Where the files of an archive are unpacked; it must live as long as they are needed.

    Raises:
        ImportRefused: There is nothing to import, or an archive cannot be unpacked safely.
    """
    path = Path(path)
    if path.is_file():
        return _unpacked(path, folder)
    found = sorted(_below(path) if path.is_dir() else _matching(str(path)))
    files = [file for archive in found for file in _unpacked(archive, folder)]
    if files:
        return files
    if path.is_dir():
        raise ImportRefused(f"The folder {path} holds no file to import ({', '.join(sorted(_TABLES))}).")
    raise ImportRefused(f"No file matches {path}." if has_magic(str(path)) else f"There is no file {path}.")


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "_")) for part in parts) and _is_wanted(path.name):
            yield path


def _matching(pattern: str) -> Iterator[Path]:
    if has_magic(pattern):
        found = map(Path, iglob(pattern, recursive=True))  # noqa: PTH207 - a pattern may begin at the root
        yield from (path for path in found if path.is_file())


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name.lower())
    if path.suffix == ".gz":
        return PurePosixPath(path.stem).suffix in _TABLES
    return path.suffix in _TABLES or path.suffix == ".zip"


def _unpacked(path: Path, folder: Path) -> list[Path]:
    return members(path, folder) if _is_archive(path) else [path]


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP and not is_workbook(path)


def is_workbook(path: Path) -> bool:
    """Whether a file that begins like a zip archive is a workbook; a damaged one counts as one."""
    try:
        with ZipFile(path) as archive:
            return any(name.startswith(_WORKBOOK_PARTS) for name in archive.namelist())
    except BadZipFile:
        return path.suffix.lower() != ".zip"


def members(path: Path, folder: Path, watch: Watch | None = None) -> list[Path]:
    """Unpack the tables of a zip archive, each into a folder of its own, so that no name can lead elsewhere.

    Raises:
        ImportRefused: It is damaged, locked, a bomb, or holds no table or a further archive.
    """
    try:
        with ZipFile(path) as archive:
            check_sizes(path.name, path, archive.infolist())
            entries = list(_tables_in(path.name, archive))
            places = [folder / path.name / str(number) / name for number, (name, _) in enumerate(entries, 1)]
            for place, (_, entry) in zip(places, entries, strict=True):
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed:
                    _copy(packed, place, path.name, entry.file_size, watch)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ImportRefused(f"{path.name} is a damaged zip archive; make or download it again.") from error
    return places


def _tables_in(name: str, archive: ZipFile) -> Iterator[tuple[str, ZipInfo]]:
    entries = [
        (inner, entry)
        for entry in archive.infolist()
        if not entry.is_dir() and not (inner := _own_name(entry)).startswith(".") and "__MACOSX" not in entry.filename
    ]
    nested = next((inner for inner, _ in entries if PurePosixPath(inner).suffix.lower() in _ARCHIVES), None)
    if nested:
        raise ImportRefused(f"{name} holds a further archive, {nested}; unpack that one first.")
    tables = sorted((item for item in entries if _is_wanted(item[0])), key=lambda item: item[1].filename)
    if not tables:
        raise ImportRefused(f"{name} is a zip archive without a table in it; put CSV, XLSX or Parquet files into it.")
    if any(entry.flag_bits & _LOCKED for _, entry in tables):
        raise ImportRefused(f"{name} is locked with a password; unpack it first.")
    yield from tables


def _own_name(entry: ZipInfo) -> str:
    """The last part of an entry's name; older programs write it in the encoding of their country and do not say so."""
    name = entry.filename
    if not entry.flag_bits & _NAMED_IN_UTF8:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = name.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")[-200:]


def check_sizes(name: str, path: Path, entries: list[ZipInfo]) -> None:
    """Refuse what would unpack to absurd sizes, before anything unpacks it.

    Raises:
        ImportRefused: It is a zip bomb, or so large that it must be unpacked by hand.
    """
    if len(entries) > _MOST_FILES * 10:
        raise ImportRefused(f"{name} holds {len(entries):,} files, which no honest file does.")
    unpacked = sum(entry.file_size for entry in entries)
    if _is_absurd(unpacked, path.stat().st_size):
        raise ImportRefused(
            f"{name} would unpack to {unpacked >> 20:,} MiB, which no honest file does; export it as plain CSV instead."
        )


def _is_absurd(unpacked: int, packed: int) -> bool:
    return unpacked > _LARGEST or (unpacked > _SUSPICIOUS and unpacked > _STEEPEST * packed)


def unzip_single(path: Path, folder: Path, watch: Watch | None = None) -> Path:
    """Unpack the only table of a zip archive.

    Raises:
        ImportRefused: There are several.
    """
    found = members(path, folder, watch)
    if len(found) > 1:
        names = ", ".join(file.name for file in found[:5]) + (", ..." if len(found) > 5 else "")
        raise ImportRefused(f"{path.name} holds {len(found)} tables ({names}); import them one by one.")
    return found[0]


def gunzip(path: Path, folder: Path, watch: Watch | None = None) -> Path:
    """Unpack a gzip file; it does not say truly how large it becomes, so that is watched on the way.

    Raises:
        ImportRefused: It is cut off, damaged, or a bomb.
    """
    place = folder / (path.stem if path.suffix.lower() == ".gz" else path.name)
    try:
        with gzip.open(path) as packed:
            _copy(packed, place, path.name, _LARGEST, watch, packed_size=path.stat().st_size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportRefused(f"{path.name} is a damaged or cut-off gzip file; make or download it again.") from error
    return place


def _copy(
    packed: _Readable, place: Path, name: str, most: int, watch: Watch | None, packed_size: int | None = None
) -> None:
    """Write an entry out, and stop where it becomes larger than it said, than is honest, or than the disk has room."""
    watch = watch or Watch()
    watch.step(f"Unpacking {name}", None if packed_size else most, "bytes")
    room = shutil.disk_usage(place.parent).free - _SUSPICIOUS
    size = 0
    with place.open("wb") as file:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > most or (packed_size and _is_absurd(size, packed_size)):
                raise ImportRefused(f"{name} unpacks to far more than an honest file would; export it as plain CSV.")
            if size > room:
                raise ImportRefused(f"{name} unpacks to more than the disk has room for; free some and try again.")
            file.write(block)
            watch.advance(size)
