"""Workbooks, XLSX, XLS and ODS: read by a process of their own into Arrow, with the numbers of the sheets' own rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.archive import check_sizes
from loyalty_metrics.ingest.confined import MEMORY, Broken, Confined, Damaged, memory, read_arrow
from loyalty_metrics.ingest.header_words import is_called, means_money, meant_by
from loyalty_metrics.ingest.no_rows import move_no_rows
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.repeated_sheets import ask_about_repeats
from loyalty_metrics.ingest.sheet_choice import Sheet, choose, quoted
from loyalty_metrics.ingest.source import IMPORTED, Source
from loyalty_metrics.ingest.spreadsheet_ids import mend_ids
from loyalty_metrics.ingest.stacking import Part, stack
from loyalty_metrics.ingest.title_lines import LOOK, passed_over
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.schema import TABLES, Table

_ALL_SIGNS = frozenset("='+")
_BLOCK = 1 << 22
_FAR = re.compile(rb'\br="([A-Z]{3}\d+|[A-Z]+\d{7})"')


def read_sheets(cursor: Cursor, name: str, path: Path, folder: Path, options: ImportOptions, watch: Watch) -> Source:
    """Load the sheets of a workbook that fit the table best into the temporary table `import_source`.

    Sheets with the same headers, such as one a month, are read one below the other.

    Raises:
        ImportRefused: The workbook cannot be opened, or the sheet is missing or empty.
    """
    table = TABLES[options.table]
    watch.step("Reading the workbook")
    try:
        with Confined(name, path, "workbook", watch) as child:
            looked = child.ask("look", rows=max(LOOK, (options.header_row or 0) + 1), only=options.sheet)
            choice = choose(name, looked["sheets"], options)
            wanted = [_wanted(sheet, table) for sheet in choice.sheets]
            found = child.ask("load", folder=str(folder), sheets=wanted)["sheets"]
    except Broken as broken:
        raise ImportRefused(_too_large(name, path, broken)) from broken
    except Damaged as damaged:
        raise ImportRefused(
            f"{name} could not be opened as a workbook ({damaged}); save it anew as .xlsx."
        ) from damaged
    parts = [_part(name, sheet, marks, table) for sheet, marks in zip(choice.sheets, found, strict=True)]
    stacked = stack(cursor, parts)
    if not stacked.rows:
        raise ImportRefused(f'{name}: the sheet "{choice.sheets[0].name}" has a header but no rows.')
    repeats = (
        () if options.sheet or choice.questions else ask_about_repeats(cursor, name, choice.sheets, stacked.before)
    )
    apart = move_no_rows(cursor, stacked.columns, "line_no")
    mended, rounded = mend_ids(cursor, [column for column in stacked.columns if column.is_text], _ALL_SIGNS)
    names = [one["name"] for one in looked["sheets"]]
    told = (note for part, marks in zip(parts, found, strict=True) for note in _told(part, marks))
    return Source(
        name,
        IMPORTED,
        "line_no",
        stacked.columns,
        stacked.rows,
        has_header=choice.sheets[0].top.has_header,
        notes=(*_notes(names, choice.sheets, stacked.before), *choice.notes, *told, *mended),
        apart=apart,
        rounded=rounded,
        questions=(*choice.questions, *repeats),
    )


def check_workbook(name: str, path: Path) -> None:
    """Refuse a workbook that is damaged or unpacks to absurd sizes, before anything unpacks it."""
    try:
        with ZipFile(path) as archive:
            check_sizes(name, path, archive.infolist())
    except BadZipFile as error:
        raise ImportRefused(
            f"{name} is damaged: it begins like a workbook but cannot be opened; export it again."
        ) from error


def _too_large(name: str, path: Path, broken: Broken) -> str:
    """Say why a workbook could not be read, by the cell that makes the sheet so large where there is one."""
    far = _far_cell(path)
    if far:
        return (
            f"{name} could not be read as a workbook: the cell {far} lies far out of the table, and all cells up to it "
            "would have to be read; delete the empty rows and columns, or save the sheet as CSV."
        )
    asked = f"{memory():,} MiB of memory" if str(broken) == "memory" else "the time"
    return (
        f"{name} could not be read as a workbook: it takes more than {asked} that a file of its size may take; "
        f"save the sheet as CSV, or allow more with the environment variable {MEMORY}."
    )


def _far_cell(path: Path) -> str | None:
    """The cell of an XLSX workbook farthest from the first, if it is far."""
    try:
        with ZipFile(path) as archive:
            parts = [part for part in archive.namelist() if part.startswith("xl/worksheets/") and part.endswith(".xml")]
            cells = {cell for part in parts for cell in _far_cells(archive, part)}
    except (BadZipFile, OSError, NotImplementedError):
        return None
    return max(cells, key=lambda cell: (len(cell), cell), default=None)


def _far_cells(archive: ZipFile, part: str) -> Iterator[str]:
    rest = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            yield from (cell.decode() for cell in _FAR.findall(rest + block))
            rest = block[-32:]


def _wanted(sheet: Sheet, table: Table) -> dict[str, Any]:
    """What the other process must know to load a sheet; see `confined.workbook.load`."""
    header = dict(zip(sheet.columns, sheet.headers, strict=True))
    return {
        "name": sheet.name,
        "above": sheet.above,
        "width": len(sheet.head[sheet.top.row]),
        "money": [i for i, one in header.items() if means_money(one, table)],
        "plain": [i for i, one in header.items() if meant_by(one, table) and not means_money(one, table)],
    }


def _part(name: str, sheet: Sheet, marks: Mapping[str, Any], table: Table) -> Part:
    """A sheet with the columns that can be used: hardly any formula of the others has a value.

    Raises:
        ImportRefused: The table needs one of the others, and nothing else in the file tells what it holds.
    """
    header = dict(zip(sheet.columns, sheet.headers, strict=True))
    lost = [formula for formula in marks["formulas"] if _is_lost(formula, marks)]
    for formula in lost:
        one = header.get(formula["column"], "")
        if meant_by(one, table) and not _is_price_of_all([header.get(i, "") for i in formula["factors"]], table):
            raise ImportRefused(
                f'{name}: column "{one}" holds formulas without values, such as {formula["cell"]} in the sheet '
                f'"{sheet.name}"; open the file once in a spreadsheet program and save it.'
            )
    unusable = {formula["column"] for formula in lost}
    places = {one: f"c{i + 1}" for i, one in header.items() if i not in unusable}
    return Part(sheet, read_arrow(marks["file"]), places)


def _is_lost(formula: Mapping[str, Any], marks: Mapping[str, Any]) -> bool:
    return bool(2 * formula["without"] > marks["rows"])


def _is_price_of_all(factors: Sequence[str], table: Table) -> bool:
    """Whether a formula multiplies quantity and price, so that these tell the same."""
    names = ("quantity", "unit_price")
    return len(factors) == 2 and all(any(is_called(one, [name], table) for one in factors) for name in names)


def _notes(names: Sequence[str], chosen: Sequence[Sheet], places: Sequence[int]) -> list[str]:
    notes = list(passed_over(chosen[0].head, chosen[0].top))
    read = [sheet.name for sheet in chosen]
    others = ", ".join(f'"{name}"' for name in names if name not in read)
    left = f"; the workbook also has {others}" if others else ""
    if len(read) > 1:
        counted = ", ".join(
            f'row 1 of "{name}" is line {place + 1:,}' for name, place in zip(read, places, strict=True)
        )
        alike = ", which have the same headers" if len({sheet.kind for sheet in chosen}) == 1 else ""
        notes.append(f"Read from the sheets {quoted(chosen)}{alike}{left}.")
        notes.append(f"Lines are counted through all sheets: {counted}.")
    elif others:
        notes.append(f"Read from the sheet {quoted(chosen)}{left}.")
    return notes


def _told(part: Part, marks: Mapping[str, Any]) -> Iterator[str]:
    """What people should know of the cells of a sheet."""
    sheet = part.sheet
    header = dict(zip(sheet.columns, sheet.headers, strict=True))
    within = f'In the sheet "{sheet.name}"'
    if sheet.beside:
        beside = ", ".join(f'"{one}"' for one in sheet.beside)
        yield f"{within} the columns {beside} are left out: they are a smaller table beside the rows."
    if marks["filled"]:
        filled = ", ".join(f'"{header[int(i)]}"' for i in marks["filled"] if int(i) in header)
        yield f"{within} the rows under merged cells of the columns {filled} have what these show."
    if marks["hidden_rows"]:
        yield f"{within} rows are hidden, by a filter or by hand, and read all the same: {marks['hidden_rows']:,}."
    if marks["errors"]:
        yield f"{within} cells hold errors such as #N/A, and are taken as empty: {marks['errors']:,}."
    for formula in marks["formulas"]:
        called = header.get(formula["column"], formula["cell"])
        what = "left out" if _is_lost(formula, marks) else "taken as empty there"
        count, cell = f"{formula['without']:,} formulas without values", formula["cell"]
        yield f'{within} column "{called}" holds {count}, such as {cell}, and is {what}.'
