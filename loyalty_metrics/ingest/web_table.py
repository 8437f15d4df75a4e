"""The table in a web page: what many shop systems call an Excel export is one, saved under the name of a workbook."""

import csv
from html.parser import HTMLParser
from pathlib import Path

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.encoding import TextFile

_STARTS = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<div", b"<style", b"<!--")
_LARGEST = 32 << 20
_BLOCK = 1 << 16
_SPAN = 100


def is_web_page(head: bytes) -> bool:
    """Whether a file's first bytes are those of a web page or XML, in whatever encoding."""
    start = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    return start.startswith(_STARTS)


def table_as_text(text: TextFile, name: str, folder: Path) -> TextFile:
    """Write the only table of a web page as delimited text, a row a line.

    Raises:
        ImportRefused: There is none, or it is not plain enough to be read with certainty.
    """
    if text.path.stat().st_size > _LARGEST:
        raise ImportRefused(
            f"{name} is a web page of more than {_LARGEST >> 20} MiB; open it in a spreadsheet and save it as .xlsx."
        )
    parser = _Tables()
    with text.path.open(encoding="utf-8-sig") as file:
        while block := file.read(_BLOCK):
            parser.feed(block)
    parser.close()
    found = [rows for rows in parser.tables if len(rows) > 1 and max(map(len, rows)) > 1]
    if len(found) != 1 or not parser.is_plain:
        raise ImportRefused(
            f"{name} is a web page or XML saved under another name, without one plain table of rows; "
            "open it in a spreadsheet and save it as .xlsx, or export it again."
        )
    target = folder / "table.csv"
    width = max(map(len, found[0]))
    with target.open("w", encoding="utf-8", newline="") as copy:
        rows = [row + [""] * (width - len(row)) for row in found[0]]
        csv.writer(copy, lineterminator="\n").writerows(rows)
    note = "Read from the table of a web page; lines are the rows of that table."
    return TextFile(target, text.encoding, len(found[0]), frozenset("='+"), (*text.notes, note))


class _Tables(HTMLParser):
    """Gathers the cells of all tables.

    Attributes:
        tables: The rows of each table.
        is_plain: Whether no table stands in another, and no cell reaches over several rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.is_plain = True
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            self.is_plain &= self._depth == 1
            self._cell = None
            self.tables.append([])
        elif self._depth and tag == "tr":
            self._end_cell()
            self.tables[-1].append([])
        elif self._depth and tag in ("td", "th"):
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            spans = {name: _number(value) for name, value in attrs}
            self.is_plain &= spans.get("rowspan", 1) <= 1
            self._cell, self._span = [], min(_SPAN, max(1, spans.get("colspan", 1)))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1] += [" ".join("".join(self._cell).split()), *[""] * (self._span - 1)]
            self._cell = None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1
