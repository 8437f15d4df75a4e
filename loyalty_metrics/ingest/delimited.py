"""Delimited text: find the delimiter and the header, and bring the rows into a temporary table as text."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.encoding import TextFile
from loyalty_metrics.ingest.moments import FORMATS, moments_in
from loyalty_metrics.ingest.no_rows import move_no_rows
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.progress import measured
from loyalty_metrics.ingest.records import LONGEST_RECORD, load_records
from loyalty_metrics.ingest.scan import LONGEST_LINE
from loyalty_metrics.ingest.source import IMPORTED, Source, SourceColumn, check_width, unique_headers
from loyalty_metrics.ingest.spreadsheet_ids import mend_ids
from loyalty_metrics.ingest.title_lines import LOOK, find_top, named_top, passed_over
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.ingest.wrapped_lines import without_wrapping
from loyalty_metrics.schema import TABLES

_DELIMITERS = ",;\t|^"
_LOOK = 200
_DECLARED = re.compile(r"""^"?sep=(.)"?[\r\n]*$""", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How the lines of a text are cut into fields.

    Attributes:
        delimiter: What stands between fields.
        quote: The quotation mark, or nothing where it has no meaning.
        first: The fields of the header, or of the first row where there is none.
        above: Physical lines before the first row of data.
        has_header: Whether the first row names the columns.
        notes: What was passed over above it.
    """

    delimiter: str
    quote: str
    first: tuple[str, ...]
    above: int
    has_header: bool
    notes: tuple[str, ...] = ()


def read_delimited(
    cursor: Cursor, name: str, text: TextFile, folder: Path, options: ImportOptions, watch: Watch
) -> Source:
    """Load a text file into the temporary table `import_source`, each row with its physical line."""
    text = without_wrapping(text, _head(text.path), options.delimiter or _DELIMITERS, folder)
    by_blanks = options.delimiter == " " or (options.delimiter is None and _is_cut_by_blanks(text.path))
    if by_blanks:
        text = _with_tabs(text, folder)
    layout = _layout(name, text, "\t" if by_blanks else options.delimiter, "" if by_blanks else '"', options)
    headers = unique_headers(layout.first if layout.has_header else [None] * len(layout.first))
    moments = moments_in(text.path, layout.delimiter, layout.quote, len(headers))
    columns = _columns(headers, moments)
    if text.lines <= layout.above:
        raise ImportRefused(f"{name} has a header but no rows.")
    encoding = text.encoding.replace("_", "-")
    notes = [f"Text read as {encoding}, fields cut at {_call(layout.delimiter, by_blanks)}.", *text.notes]
    with measured(watch, cursor, "Cutting the text into rows", text.lines):
        line_no = _load_regular(cursor, text, layout, columns)
        if moments and not line_no:  # some value is no moment after all, or a row is broken
            columns = _columns(headers, {})
            line_no = _load_regular(cursor, text, layout, columns)
    if line_no:
        read, malformed = cursor.value(f"select count(*) from {IMPORTED}"), 0
    else:
        read, malformed, told = load_records(
            cursor, name, text.path, layout.delimiter, layout.quote, layout.above, len(columns), watch
        )
        notes += told
        line_no = "line_no"
    apart = move_no_rows(cursor, columns, line_no)
    mended, rounded = mend_ids(cursor, [column for column in columns if column.is_text], text.signs)
    return Source(
        name,
        IMPORTED,
        line_no,
        columns,
        read,
        malformed,
        has_header=layout.has_header,
        notes=(*notes, *layout.notes, *mended),
        apart=apart,
        rounded=rounded,
    )


def _columns(headers: Sequence[str], types: Mapping[int, str]) -> tuple[SourceColumn, ...]:
    return tuple(SourceColumn(header, f"c{i + 1}", types.get(i, "VARCHAR")) for i, header in enumerate(headers))


def _call(delimiter: str, by_blanks: bool) -> str:
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets"}
    return "blanks" if by_blanks else names.get(delimiter, repr(delimiter))


def _head(path: Path) -> list[str]:
    """The first lines, fewer where they are so long that they would fill the memory."""
    lines, size = [], 0
    with path.open(encoding="utf-8-sig", newline=None) as file:
        for line in islice(file, _LOOK):
            lines.append(line)
            size += len(line)
            if size > LONGEST_LINE:
                break
    return lines


def _cut(lines: Sequence[str], delimiter: str, quote_mark: str) -> list[tuple[int, list[str]]]:
    """Cut lines into fields, each record with the lines before it; as leniently as may be: this only looks."""
    records = []
    before = 0
    try:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quote_mark else csv.QUOTE_NONE)
        for record in reader:
            records.append((before, record))
            before = reader.line_num
    except csv.Error:
        return [(number, line.split(delimiter)) for number, line in enumerate(lines)]
    return records


def _usual_width(records: Sequence[Sequence[str]]) -> tuple[int, int, float]:
    """The most frequent number of fields above one, how many records have it, their share from the first such on."""
    widths = [len(record) for record in records if record]
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 1, 0, 1.0
    width = max(several, key=lambda width: (several[width], width))
    return width, several[width], several[width] / (len(widths) - widths.index(width))


def _find_delimiter(lines: Sequence[str]) -> str | None:
    """Choose the delimiter that cuts nearly all lines alike, and into most fields.

    A mark that stands within quoted fields can make one record of many lines: it comes after one that makes many.
    """
    found = {mark: _usual_width([record for _, record in _cut(lines, mark, '"')]) for mark in _DELIMITERS}
    most = max(count for _, count, _ in found.values())
    fitting = {
        mark: (share > 0.9, 2 * count > most, width)
        for mark, (width, count, share) in found.items()
        if width > 1 and share > 0.5
    }
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
    return replace(text, path=target)


def _layout(name: str, text: TextFile, delimiter: str | None, quote_mark: str, options: ImportOptions) -> Layout:
    lines = _head(text.path)
    declared = next((_DECLARED.match(line) for line in lines if line.strip()), None)
    if declared:
        lines = ["\n" if _DECLARED.match(line) else line for line in lines]
        delimiter = delimiter or declared[1]
    mark = delimiter or _find_delimiter(lines[max(0, (options.header_row or 1) - 1) :]) or ","
    if len(mark) != 1:
        raise ImportRefused(f"{name}: the delimiter must be one character, not {mark!r}.")
    records = _cut(lines, mark, quote_mark)
    rows = [record for _, record in records]
    check_width(name, max(map(len, rows), default=0))
    if options.header_row is None:
        top = find_top(rows[:LOOK], TABLES[options.table])
    else:
        top = named_top(name, rows, options.header_row, [before + 1 for before, _ in records])
    if top is None:
        raise ImportRefused(f"{name} is empty.")
    first = _without_empty_end(rows[top.row], rows[top.row + 1 :])
    ends = [before for before, _ in records[1:]] + [len(lines)]
    above = ends[top.row] if top.has_header else records[top.row][0]
    return Layout(mark, quote_mark, tuple(first), above, top.has_header, passed_over(rows, top))


def _without_empty_end(header: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Leave out empty fields at the end of a header where the rows do not have them, and add those that they have."""
    widths = Counter(len(row) for row in rows if row)
    usual = widths.most_common(1)[0][0] if widths else len(header)
    while len(header) > usual and not header[-1].strip():
        header = header[:-1]
    if usual == len(header) + 1 and not any(row[-1].strip() for row in rows if len(row) == usual):
        header = [*header, ""]
    return header


def _load_regular(cursor: Cursor, text: TextFile, layout: Layout, columns: Sequence[SourceColumn]) -> str | None:
    """Let the database read the file; give SQL of the physical line, or None where rows may have been lost.

    That rows and the newlines inside their fields add up to the lines of the file is the proof that none was.
    """
    types = ", ".join(f"{quote(column.name)}: '{column.type}'" for column in columns)
    cursor.run(
        f"create or replace temp table {IMPORTED} as select * from read_csv($path, delim = $delimiter, quote = $quote, "
        f"escape = $quote, skip = {layout.above}, columns = {{{types}}}, header = false, auto_detect = false, "
        f"timestampformat = '{FORMATS['TIMESTAMP']}', dateformat = '{FORMATS['DATE']}', "
        "strict_mode = true, ignore_errors = true, null_padding = false, compression = 'none', "
        f"hive_partitioning = false, max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE})",
        {"path": str(text.path), "delimiter": layout.delimiter, "quote": layout.quote},
    )
    # Row ids begin at 0, but far above it in a table that the running transaction made.
    count, first = cursor.row(f"select count(*), min(rowid) from {IMPORTED}")
    within = text.lines - layout.above - count
    if count == 0 or within < 0:
        return None
    line_no = f"(rowid - {first - layout.above - 1})"
    empty = [number for number in text.empty if layout.above < number <= text.lines]
    if within == 0:
        return line_no
    if within == len(empty):
        return _put_empty_lines_back(cursor, line_no, layout.above, empty)
    return _count_newlines(cursor, columns, line_no, within)


def _put_empty_lines_back(cursor: Cursor, line_no: str, above: int, empty: Sequence[int]) -> str:
    """Number rows between which the database passed over empty lines, and add these as rows of their own.

    That there are as many of them as lines without a row is proof enough: an empty line within a quoted field would
    come with more newlines than itself.

    Args:
        cursor: Where the table is.
        line_no: SQL of a row's line as it were without them.
        above: Lines before the first row.
        empty: The numbers of the empty lines after these, in order.
    """
    cursor.run(
        f"""
        create or replace temp table {IMPORTED} as
        with empty as (
            select line, line - {above} - row_number() over (order by line) as rows_before
            from (select unnest($empty) as line) as lines
        ),
        passed as (
            select rows_before, sum(count(*)) over (order by rows_before) as lines from empty group by rows_before
        ),
        numbered as (select *, {line_no} as place from {IMPORTED})
        select numbered.* exclude (place), cast(place + coalesce(passed.lines, 0) as bigint) as line_no
        from numbered asof left join passed on place - {above} > passed.rows_before
        order by place
        """,
        {"empty": empty},
    )
    cursor.run(f"insert into {IMPORTED} by name select unnest($empty) as line_no", {"empty": empty})
    return "line_no"


def _count_newlines(cursor: Cursor, columns: Sequence[SourceColumn], line_no: str, within: int) -> str | None:
    """Number the rows whose fields hold newlines; None where these do not explain the lines that are no row.

    Newlines within fields become plain ones, as everywhere else: the same text is the same whatever program wrote it.
    """
    texts = [column for column in columns if column.is_text]
    tests = ", ".join(f"coalesce(bool_or(contains({column.sql}, chr(10))), false)" for column in texts)
    found = cursor.row(f"select {tests} from {IMPORTED}") if texts else ()
    several = [column.sql for column, has_several in zip(texts, found, strict=True) if has_several]
    if not several:
        return None
    newlines = " + ".join(f"coalesce(length({sql}) - length(replace({sql}, chr(10), '')), 0)" for sql in several)
    if cursor.row(f"select sum({newlines}), max({newlines}) < {LONGEST_RECORD} from {IMPORTED}") != (within, True):
        return None
    before = f"sum({newlines}) over (order by rowid rows between unbounded preceding and 1 preceding)"
    plain = ", ".join(f"replace({sql}, chr(13) || chr(10), chr(10)) as {sql}" for sql in several)
    cursor.run(
        f"create or replace temp table {IMPORTED} as "
        f"select * replace ({plain}), cast({line_no} + coalesce({before}, 0) as bigint) as line_no"
        f" from {IMPORTED} order by rowid"
    )
    return "line_no"
