"""JSON and JSON Lines: records with named fields, whose parts become columns and whose lists become rows.

Numbers keep the digits they are written with: they are never turned into floating point numbers.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any
from unicodedata import normalize

import pyarrow as pa

from . import arrow_file
from .refused import Refused

_BLOCK = 1 << 20
_LONGEST = 1 << 24
_LINES = (".jsonl", ".ndjson", ".ldjson")
_BATCH = 20_000
_MOST_HEADERS = 5000
_BLANK = " \t\r\n"
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))

_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: None)


@dataclass(frozen=True)
class _Record:
    """One record: the line or number it has in the file, and its fields, or the text that is none."""

    number: int
    fields: dict[str, Any] | None
    text: str = ""


@dataclass
class _Layout:
    """The columns and lists of all records.

    Attributes:
        headers: The columns in the order in which they are first met, those of lists among them.
        lengths: How long each list of objects is at most.
        rows: Which list becomes rows.
        texts: Lists that stay text.
    """

    headers: dict[str, None] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    rows: str | None = None
    texts: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[str]:
        """The columns that are written."""
        within = tuple(f"{path}." for path in self.texts)
        return [header for header in self.headers if not within or not header.startswith(within)] + sorted(self.texts)


def load(
    path: str, folder: str, suffix: str, encoding: str | None, line_lists: Sequence[str], only: str | None = None
) -> dict[str, Any]:
    """Write the records as an Arrow table of text.

    Args:
        path: The file.
        folder: Where the tables go.
        suffix: How the file's name ends.
        encoding: Its encoding, when the analyst named it.
        line_lists: What the list of an order's lines is called, where a record holds several lists.
        only: The list to read, where a file holds several.
    """
    file = _File(path, suffix, encoding or _encoding(path), only)
    layout = _Layout()
    count = broken = 0
    for record in file.records():
        count += 1
        if record.fields is None:
            broken += 1
        else:
            _survey(record.fields, "", layout)
    if 2 * broken > count or not layout.headers:
        raise Refused("is no JSON with records of named fields; export the table as CSV, XLSX or Parquet.")
    _decide(layout, line_lists)
    target, aside = Path(folder) / "records.arrow", Path(folder) / "broken.arrow"
    columns = layout.columns
    schema = pa.schema([*((f"c{i}", pa.string()) for i in range(1, len(columns) + 1)), ("line_no", pa.int64())])
    lost: list[tuple[int, str]] = []
    rows = arrow_file.write(target, _batches(file, layout, columns, schema, lost), schema)
    told = pa.schema([("line_no", pa.int64()), ("text", pa.string())])
    arrow_file.write(aside, [arrow_file.batch(told, lost)], told)
    return {
        "file": str(target),
        "broken": str(aside),
        "headers": columns,
        "rows": rows,
        "malformed": broken,
        "form": file.form,
        "exploded": layout.rows,
        "texts": sorted(layout.texts),
    }


def _encoding(path: str) -> str:
    with Path(path).open("rb") as file:
        head = file.read(4)
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), "utf-8")


class _File:
    """The records of one file, as often as they are asked for.

    Attributes:
        form: `lines`, `array` or `whole`.
    """

    def __init__(self, path: str, suffix: str, encoding: str, only: str | None) -> None:
        self._path = path
        self._encoding = encoding
        self._only = only
        self._whole: list[Any] | None = None
        try:
            with self._open() as file:
                self.form = _form(file, suffix)
        except (UnicodeError, LookupError) as error:
            raise self._not_text() from error

    def records(self) -> Iterator[_Record]:
        """Give the records one by one."""
        try:
            if self.form == "whole":
                yield from self._of_whole()
                return
            with self._open() as file:
                yield from _lines(file) if self.form == "lines" else _array(file)
        except UnicodeError as error:
            raise self._not_text() from error

    def _open(self) -> IO[str]:
        return Path(self._path).open(encoding=self._encoding, newline=None)

    def _not_text(self) -> Refused:
        return Refused(f"is not text in {self._encoding}; name the right encoding with --encoding, or export it again.")

    def _of_whole(self) -> Iterator[_Record]:
        if self._whole is None:
            with self._open() as file:
                self._whole = _records_in(file.read(), self._only)
        for number, one in enumerate(self._whole, 1):
            yield _Record(number, _fields(one, number))


def _form(file: IO[str], suffix: str) -> str:
    """How the file holds its records; an object that ends with its line, before another, begins JSON Lines."""
    if suffix.lower() in _LINES:
        return "lines"
    head = [line for line in islice(file, 200) if line.strip(_BLANK)][:2]
    first = head[0].strip(_BLANK) if head else ""
    if first.startswith("["):
        return "array"
    return "lines" if len(head) > 1 and head[1].lstrip().startswith("{") and _object(first) is not None else "whole"


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = _decoder.decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _lines(file: IO[str]) -> Iterator[_Record]:
    for number, line in enumerate(file, 1):
        if len(line) > _LONGEST:
            raise Refused(f"has a line of more than {_LONGEST >> 20} MiB, which no table has.")
        if text := line.strip(_BLANK):
            found = _object(text)
            yield _Record(number, found, text if found is None else "")


def _array(file: IO[str]) -> Iterator[_Record]:
    """The elements of an array, without ever holding all of them."""
    text = file.read(_BLOCK)
    place = text.index("[") + 1
    number = 0
    while True:
        while place < len(text) and text[place] in _BLANK + ",":
            place += 1
        if place < len(text) and text[place] == "]":
            return
        try:
            found, end = _decoder.raw_decode(text, place)
            is_whole = end < len(text)
        except ValueError:
            is_whole = False
        if is_whole:
            number += 1
            yield _Record(number, _fields(found, number))
            place = end
            continue
        more = file.read(max(_BLOCK, len(text) - place))
        if not more or len(text) - place > _LONGEST:
            raise Refused(f"is damaged or cut off: record {number + 1:,} is no whole JSON; export it again.")
        text, place = text[place:] + more, 0


def _fields(found: Any, number: int) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Refused(f"is JSON whose record {number:,} has no named fields; export the table as CSV or XLSX.")
    return found


def _records_in(text: str, only: str | None) -> list[Any]:
    """The records of a document: the only list of objects in it, or the document itself, or several after another."""
    found: list[Any] = []
    place = 0
    while place < len(text := text.rstrip(_BLANK)):
        try:
            one, place = _decoder.raw_decode(text, place)
        except ValueError as error:
            line = (
                text.count("\n", 0, place) + getattr(error, "lineno", 1)
                if place == 0
                else text.count("\n", 0, place) + 1
            )
            raise Refused(f"is damaged or cut off: it is no whole JSON (line {line:,}); export it again.") from error
        found.append(one)
        while place < len(text) and text[place] in _BLANK:
            place += 1
    if len(found) != 1 or not isinstance(found[0], dict):
        return found
    lists = dict(_lists_in(found[0], ""))
    if only is not None and only in lists:
        return lists[only]
    if len(lists) > 1:
        names = ", ".join(lists)
        raise Refused(f"is JSON with several lists of records ({names}); name the one to read with --sheet.")
    return next(iter(lists.values()), found)


def _lists_in(one: dict[str, Any], prefix: str) -> Iterator[tuple[str, list[Any]]]:
    for name, value in one.items():
        if isinstance(value, dict):
            yield from _lists_in(value, f"{prefix}{name}.")
        elif _is_list_of_objects(value):
            yield f"{prefix}{name}", value


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _survey(fields: dict[str, Any], prefix: str, layout: _Layout) -> None:
    """Learn the columns and lists of a record."""
    for name, value in fields.items():
        header = f"{prefix}{name}"
        if isinstance(value, dict):
            _survey(value, f"{header}.", layout)
        elif _is_list_of_objects(value):
            layout.lengths[header] = max(len(value), layout.lengths.get(header, 0))
            for one in value:
                _survey(one, f"{header}.", layout)
        elif value != []:
            layout.headers[header] = None
    if len(layout.headers) > _MOST_HEADERS:
        raise Refused(f"is JSON with more than {_MOST_HEADERS:,} different fields, which no table has.")


def _decide(layout: _Layout, line_lists: Sequence[str]) -> None:
    """Choose the list that becomes rows: the only one with several objects, or the one that is called so."""
    several = [path for path, length in layout.lengths.items() if length > 1]
    outer = [path for path in several if not any(path.startswith(f"{other}.") for other in several)]
    lines = [path for path in outer if "".join(c for c in path.rsplit(".")[-1].casefold() if c.isalnum()) in line_lists]
    if len(outer) > 1 and len(lines) != 1:
        names = ", ".join(outer)
        raise Refused(f"is JSON whose records hold several lists ({names}); export one row a line, as CSV or XLSX.")
    layout.rows = next(iter(lines if len(outer) > 1 else outer), None)
    layout.texts = frozenset(path for path in several if path != layout.rows)


def _batches(
    file: _File, layout: _Layout, columns: Sequence[str], schema: pa.Schema, lost: list[tuple[int, str]]
) -> Iterator[pa.RecordBatch]:
    """The rows; records that are none go to `lost`. A record that is several rows is counted as such."""
    rows: list[Sequence[Any]] = []
    counted = 0
    for record in file.records():
        found: list[dict[str, Any]] = [] if record.fields is None else _rows(record.fields, layout)
        for one in found or (None,):
            counted += 1
            number = counted if layout.rows or file.form != "lines" else record.number
            if one is None:
                lost.append((number, record.text[:_BLOCK]))
            else:
                rows.append([*map(one.get, columns), number])
        if len(rows) >= max(1, _BATCH * 20 // (len(columns) + 20)):
            yield arrow_file.batch(schema, rows)
            rows.clear()
    yield arrow_file.batch(schema, rows)


def _rows(fields: dict[str, Any], layout: _Layout) -> list[dict[str, Any]]:
    """One row, or one for each object of the list that becomes rows."""
    row: dict[str, Any] = {}
    parts: list[dict[str, Any]] = []
    _flatten(fields, "", layout, row, parts)
    return [row | part for part in parts] if parts else [row]


def _flatten(
    fields: dict[str, Any], prefix: str, layout: _Layout, row: dict[str, Any], parts: list[dict[str, Any]]
) -> None:
    for name, value in fields.items():
        header = f"{prefix}{name}"
        if isinstance(value, dict):
            _flatten(value, f"{header}.", layout, row, parts)
        elif not _is_list_of_objects(value):
            row[header] = _text(value)
        elif header in layout.texts:
            row[header] = json.dumps(value, ensure_ascii=False)
        elif header == layout.rows:
            for one in value:
                part: dict[str, Any] = {}
                _flatten(one, f"{header}.", layout, part, parts)
                parts.append(part)
        else:
            _flatten(value[0], f"{header}.", layout, row, parts)


def _text(value: Any) -> str | None:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(text for one in value if (text := _text(one)) is not None) or None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isascii() else normalize("NFC", text)
