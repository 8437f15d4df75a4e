"""JSON and JSON Lines: read by a process of their own into a table of text, one row a record or a line of it."""

import json
import tomllib
from functools import cache
from pathlib import Path

import pyarrow as pa

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.confined import MEMORY, Broken, Confined, Damaged, memory, read_arrow
from loyalty_metrics.ingest.no_rows import move_no_rows
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.source import IMPORTED, SET_ASIDE, Source, SourceColumn, check_width, unique_headers
from loyalty_metrics.ingest.spreadsheet_ids import mend_ids
from loyalty_metrics.ingest.watch import Watch

_RULES = Path(__file__).parents[1] / "rules" / "line_lists.toml"
_SUFFIXES = (".jsonl", ".ndjson", ".ldjson")
_INCOMING = "import_records"
_BROKEN = "import_broken"


def is_json(path: Path, head: bytes) -> bool:
    """Whether a file's first bytes, or else its name, are those of JSON in whatever encoding."""
    start = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    opens = start[1:].lstrip()[:1] if start.startswith(b"[") else b""
    return start.startswith(b"{") or opens in (b"{", b"[", b"]") or path.suffix.lower() in _SUFFIXES


def read_json(cursor: Cursor, name: str, path: Path, folder: Path, options: ImportOptions, watch: Watch) -> Source:
    """Load the records of a JSON file into the temporary table `import_source`; broken lines are set aside.

    Raises:
        ImportRefused: It holds no records, several lists of them, or is damaged.
    """
    watch.step("Reading the records")
    try:
        with Confined(name, path, "json_records", watch) as child:
            told = child.ask(
                "load",
                folder=str(folder),
                suffix=path.suffix,
                encoding=options.encoding,
                line_lists=_line_lists(),
                only=options.sheet,
            )
    except Broken as broken:
        raise ImportRefused(
            f"{name} is JSON that takes more than {memory():,} MiB of memory or too long to take apart; export it as "
            f"JSON Lines or CSV, or allow more with the environment variable {MEMORY}."
        ) from broken
    except Damaged as damaged:
        raise ImportRefused(f"{name} is JSON that could not be read ({damaged}); export it again.") from damaged
    check_width(name, len(told["headers"]))
    if told["rows"] == 0:
        raise ImportRefused(f"{name} holds no records.")
    cursor.register(_INCOMING, read_arrow(told["file"]))
    cursor.run(f"create or replace temp table {IMPORTED} as select * from {_INCOMING}")
    _set_aside(cursor, read_arrow(told["broken"]))
    columns = _columns(told["headers"], told["exploded"])
    apart = move_no_rows(cursor, columns, "line_no")
    mended, rounded = mend_ids(cursor, columns, "='+")
    return Source(
        name,
        IMPORTED,
        "line_no",
        columns,
        told["rows"] + told["malformed"],
        told["malformed"],
        notes=(*_notes(told["form"], told["exploded"], told["texts"]), *mended),
        apart=apart,
        rounded=rounded,
    )


@cache
def _line_lists() -> list[str]:
    names: list[str] = tomllib.loads(_RULES.read_text(encoding="utf-8"))["names"]
    return names


def _columns(headers: list[str], exploded: str | None) -> tuple[SourceColumn, ...]:
    """The columns; those of a line are known by their own name, too, unless that is but an id."""
    unique = unique_headers(headers)
    return tuple(
        SourceColumn(header, f"c{i}", "VARCHAR", also=_own_name(told, exploded))
        for i, (header, told) in enumerate(zip(unique, headers, strict=True), 1)
    )


def _own_name(header: str, exploded: str | None) -> str:
    own = header.removeprefix(f"{exploded}.")
    return "" if exploded is None or own == header or own.casefold().endswith("id") else own


def _set_aside(cursor: Cursor, broken: pa.Table) -> None:
    raw = pa.array([json.dumps(text, ensure_ascii=False) for text in broken.column("text").to_pylist()], pa.string())
    cursor.register(_BROKEN, broken.append_column("raw", raw))
    cursor.run(f"insert into {SET_ASIDE} select line_no, 'broken_record', left(text, 100), null, raw from {_BROKEN}")


def _notes(form: str, exploded: str | None, texts: list[str]) -> list[str]:
    """Say how records became rows."""
    called, lines = ("JSON Lines", "those of the file") if form == "lines" else ("JSON", "its records")
    note = f"Read as {called}, one row a record; lines are {lines}."
    if exploded is not None:
        note = (
            f'Read as {called}: each part of "{exploded}" is a row, with the fields of its record repeated; '
            "lines are counted through all of these."
        )
    return [note, *(f'The list "{path}" is taken as text: its parts are not counted as lines.' for path in texts)]
