"""Delimited text: find the delimiter and the header, and bring the rows into a temporary table as text."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.encoding import TextFile
from loyalty_metrics.ingest.recognise import looks_like_header
from loyalty_metrics.ingest.records import load_records
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn, unique_headers
from loyalty_metrics.schema import Table

_DELIMITERS = ",;\t|^"
_LOOK = 200
_LONGEST_LINE = 1 << 24


@dataclass(frozen=True)
class Layout:
    """How the lines of a text are cut into fields.

    Attributes:
        delimiter: What stands between fields.
        quote: The quotation mark, or nothing where it has no meaning.
        first: The fields of the first line that is not empty.
        first_line: Its number.
        has_header: Whether it names the columns.
    """

    delimiter: str
    quote: str
    first: tuple[str, ...]
    first_line: int
    has_header: bool

    @property
    def lines_above(self) -> int:
        """Physical lines before the first row; a header may itself hold newlines."""
        inside = sum(cell.count("\n") for cell in self.first)
        return self.first_line + inside if self.has_header else self.first_line - 1


def read_delimited(
    cursor: Cursor, name: str, text: TextFile, folder: Path, table: Table, delimiter: str | None
) -> Source:
    """Load a text file into the temporary table `import_source`, each row with its physical line."""
    by_blanks = delimiter == " " or (delimiter is None and _is_cut_by_blanks(text.path))
    if by_blanks:
        text = _with_tabs(text, folder)
    layout = _layout(name, text, "\t" if by_blanks else delimiter, "" if by_blanks else '"', table)
    headers = unique_headers(layout.first if layout.has_header else [None] * len(layout.first))
    columns = tuple(SourceColumn(header, f"c{i}", "VARCHAR") for i, header in enumerate(headers, 1))
    above = layout.lines_above
    if text.lines <= above:
        raise ImportRefused(f"{name} has a header but no rows.")
    notes = [f"Text read as {text.encoding.replace('_', '-')}, fields cut at {_call(layout.delimiter, by_blanks)}."]
    if _load_regular(cursor, text, layout, columns, above):
        # Row ids begin at 0, but far above it in a table that the running transaction made.
        first = cursor.value(f"select min(rowid) from {IMPORTED}")
        line_no = f"rowid - {first - above - 1}"
        return Source(name, IMPORTED, line_no, columns, text.lines - above, 0, {}, layout.has_header, tuple(notes))
    read, malformed = load_records(cursor, text.path, layout.delimiter, layout.quote, above, len(columns))
    return Source(name, IMPORTED, "line_no", columns, read, malformed, {}, layout.has_header, tuple(notes))


def _call(delimiter: str, by_blanks: bool) -> str:
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets"}
    return "blanks" if by_blanks else names.get(delimiter, repr(delimiter))


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline=None) as file:
        return list(islice(file, _LOOK))


def _cut(lines: Sequence[str], delimiter: str, quote_mark: str) -> list[list[str]]:
    """Cut lines into fields, as leniently as may be: this only looks."""
    try:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quote_mark else csv.QUOTE_NONE)
        return [record for record in reader if record]
    except csv.Error:
        return [line.split(delimiter) for line in lines if line.strip()]


def _usual_width(lines: Sequence[str], delimiter: str) -> tuple[int, float]:
    """The most frequent number of fields, and the share of records that have it."""
    widths = Counter(len(record) for record in _cut(lines, delimiter, '"'))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return width, count / max(1, widths.total())


def _find_delimiter(lines: Sequence[str]) -> str | None:
    """Choose the delimiter that cuts nearly all lines alike, and into most fields."""
    found = {mark: _usual_width(lines, mark) for mark in _DELIMITERS}
    fitting = {mark: (share > 0.9, width) for mark, (width, share) in found.items() if width > 1 and share > 0.5}
    return max(fitting, key=lambda mark: fitting[mark]) if fitting else None


def _is_cut_by_blanks(path: Path) -> bool:
    """Whether lines are cut into equally many fields by runs of blanks, and by no delimiter."""
    lines = [line for line in _head(path) if line.strip()]
    if not lines or _find_delimiter(lines) is not None:
        return False
    widths = Counter(len(line.split()) for line in lines)
    width, count = widths.most_common(1)[0]
    return width > 1 and count >= 0.9 * len(lines)


def _with_tabs(text: TextFile, folder: Path) -> TextFile:
    """Copy a text with each run of blanks made one tab; lines keep their numbers."""
    target = folder / "tabs.txt"
    with text.path.open(encoding="utf-8-sig") as file, target.open("w", encoding="utf-8", newline="\n") as copy:
        copy.writelines("\t".join(line.split()) + "\n" for line in file)
    return TextFile(target, text.encoding, text.lines)


def _layout(name: str, text: TextFile, delimiter: str | None, quote_mark: str, table: Table) -> Layout:
    lines = _head(text.path)
    first_line = next((number for number, line in enumerate(lines, 1) if line.strip()), None)
    if first_line is None:
        raise ImportRefused(f"{name} is empty.")
    lines = lines[first_line - 1 :]
    mark = delimiter or _find_delimiter(lines) or ","
    if len(mark) != 1:
        raise ImportRefused(f"{name}: the delimiter must be one character, not {mark!r}.")
    first = tuple(_cut(lines, mark, quote_mark)[0])
    return Layout(mark, quote_mark, first, first_line, looks_like_header(first, table))


def _load_regular(cursor: Cursor, text: TextFile, layout: Layout, columns: Sequence[SourceColumn], above: int) -> bool:
    """Let the database read the file; say whether every line was one row, which alone is proof that none was lost."""
    types = ", ".join(f"{quote(column.name)}: 'varchar'" for column in columns)
    cursor.run(
        f"create or replace temp table {IMPORTED} as select * from read_csv($path, delim = $delimiter, quote = $quote, "
        f"escape = $quote, skip = {above}, columns = {{{types}}}, header = false, auto_detect = false, "
        "strict_mode = true, ignore_errors = true, null_padding = false, compression = 'none', "
        f"hive_partitioning = false, max_line_size = {_LONGEST_LINE})",
        {"path": str(text.path), "delimiter": layout.delimiter, "quote": layout.quote},
    )
    return cursor.value(f"select count(*) from {IMPORTED}") == text.lines - above
