"""What the XML of an XLSX sheet says beside its cells' values: merged cells, formulas without values, hidden rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree
from zipfile import ZipFile, is_zipfile

_BLOCK = 1 << 22
_LARGEST_PART = 16 << 20
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"([^>]*)')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>([^<]*)</)?"
)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_FILLED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"[^>]*?(?<!/)>\s*<')
_PRODUCT = re.compile(r"\$?([A-Z]+)\$?\d+\*\$?([A-Z]+)\$?\d+")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Marks:
    """What one sheet says; columns are counted from 0 at the first one that holds anything, rows from 1.

    Attributes:
        merged: Column, first and last row of cells that are merged downwards.
        hidden_rows: The rows that are not shown.
        errors: How many cells hold an error such as #N/A.
        formulas: Of each column with formulas that have no value: how many, how many have one, an example, and the
            columns it multiplies if it does nothing else.
    """

    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    errors: int = 0
    formulas: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Formulas:
    """The formulas of one column."""

    without: int = 0
    zeros: int = 0
    others: int = 0
    cell: str = ""
    text: str = ""


def marks(path: str, name: str) -> Marks:
    """Read the marks of a sheet; other formats than XLSX have none."""
    if not is_zipfile(path):
        return Marks()
    with ZipFile(path) as archive:
        part = _part(archive, name)
        if part is None:
            return Marks()
        with archive.open(part) as file:
            found, formulas = _scan(file)
        never_worked_out = _is_never_worked_out(archive)
        told = {column: one for column, one in formulas.items() if _has_none(one, never_worked_out)}
        if found.merged or told:
            with archive.open(part) as file:
                first = _first_column(file)
            found.merged = [(column - first, top, bottom) for column, top, bottom in found.merged]
            found.formulas = [_told(column, one, first) for column, one in sorted(told.items())]
    return found


def _part(archive: ZipFile, name: str) -> str | None:
    """The part of the archive that holds a sheet."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(archive.namelist()):
        return None
    sheets = [one for one in _xml(archive, "xl/workbook.xml").iter() if one.tag.endswith("}sheet")]
    wanted = next((sheet.get(_RELATION) for sheet in sheets if sheet.get("name") == name), None)
    targets = {one.get("Id"): one.get("Target", "") for one in _xml(archive, "xl/_rels/workbook.xml.rels")}
    target = targets.get(wanted, "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in archive.namelist() else None


def _xml(archive: ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as file:
        return ElementTree.fromstring(file.read(_LARGEST_PART))  # noqa: S314 - bounded, and in a process of its own


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that cut no row, and no merged cell."""
    rest = b""
    while block := file.read(_BLOCK):
        rest += block
        cut = rest.rfind(b"row>") + 4
        if cut < 4:
            cut = rest.rfind(b">") + 1
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _scan(file: IO[bytes]) -> tuple[Marks, dict[int, _Formulas]]:
    found = Marks()
    formulas: dict[int, _Formulas] = {}
    for piece in _pieces(file):
        found.errors += piece.count(b't="e"')
        if b"hidden=" in piece:
            found.hidden_rows += [int(row) for row, rest in _ROW.findall(piece) if _HIDDEN.search(rest)]
        if b"mergeCell" in piece:
            found.merged += [
                (column_number(left), int(top), int(bottom))
                for left, top, _, bottom in _MERGED.findall(piece)
                if int(bottom) > int(top)
            ]
        if b"<f" in piece or b":f" in piece:
            for cell, text, value in _FORMULA.findall(piece):
                _count(formulas, cell, text, value)
    return found, formulas


def _count(formulas: dict[int, _Formulas], cell: bytes, text: bytes, value: bytes) -> None:
    place = _PLACE.search(cell)
    if not place:
        return
    one = formulas.setdefault(column_number(place[1]), _Formulas())
    if value == b"0":
        one.zeros += 1
    elif value or b't="str"' in cell:  # a formula may well give an empty text
        one.others += 1
        return
    else:
        one.without += 1
    if not one.cell:
        one.cell, one.text = f"{place[1].decode()}{place[2].decode()}", text.decode(errors="replace")


def _is_never_worked_out(archive: ZipFile) -> bool:
    """Whether a program that does not calculate wrote the workbook, and left that to the next one."""
    with archive.open("xl/workbook.xml") as file:
        return b'fullCalcOnLoad="1"' in file.read(_LARGEST_PART)


def _has_none(one: _Formulas, never_worked_out: bool) -> bool:
    """Whether formulas lack their values: some programs leave them out, others write 0 for every one."""
    return one.without > 0 or (never_worked_out and one.zeros > 1 and one.others == 0)


def _told(column: int, one: _Formulas, first: int) -> dict[str, Any]:
    product = _PRODUCT.fullmatch(one.text.strip())
    factors = [column_number(letters.encode()) - first for letters in product.groups()] if product else []
    return {
        "column": column - first,
        "without": one.without or one.zeros,
        "others": one.others if one.without == 0 else one.others + one.zeros,
        "cell": one.cell,
        "factors": factors,
    }


def _first_column(file: IO[bytes]) -> int:
    """The first column that holds anything: the reader counts from there."""
    first: int | None = None
    for piece in _pieces(file):
        for letters in _FILLED.findall(piece):
            column = column_number(letters)
            first = column if first is None else min(first, column)
            if first == 0:
                return 0
    return first or 0


def column_number(letters: bytes) -> int:
    """A column's number, from 0 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
