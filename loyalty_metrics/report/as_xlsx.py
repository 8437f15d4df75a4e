"""The report as a workbook: a sheet a section with real tables, native charts drawn from them, and what figures mean.

Figures are values with number formats, so that they can be worked with and still read as in the other files; text stays
text and never becomes a formula.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from loyalty_metrics.language import _
from loyalty_metrics.report import document as kinds
from loyalty_metrics.report.document import Cell, Chart, Document, Section, Table, paler
from loyalty_metrics.report.number_format import axis_format, number_format, shown_alike

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_TYPES: dict[str, dict[str, str]] = {
    kinds.STACKED: {"type": "column", "subtype": "stacked"},
    kinds.COLUMNS: {"type": "column"},
    kinds.BARS: {"type": "bar"},
    kinds.LINES: {"type": "line"},
    kinds.CURVE: {"type": "scatter", "subtype": "straight"},
}
_CHART_WIDTH, _CHART_ROWS, _ROW = 900, 19, 20
_IN_ADDRESSES = re.compile(r"[\[\]:*?/\\]")
_NARROW, _WIDE = 15, 110
"""Letters in a column of figures, and in one of sentences."""


def to_bytes(document: Document) -> bytes:
    """The document as a workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": document.title, "subject": document.running})
        formats = _Formats(book)
        _front(book, document, formats)
        for n, section in enumerate(document.sections, start=1):
            _Sheet(book, formats, section, n, document.running).write()
        _meanings(book, document, formats)
    return buffer.getvalue()


class _Formats:
    """Each look made once: a workbook has room for some thousand."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    @property
    def title(self) -> Any:
        return self(bold=True, font_size=16)

    @property
    def strong(self) -> Any:
        return self(bold=True, text_wrap=True, valign="top")

    @property
    def soft(self) -> Any:
        return self(font_color="#5b6673")

    @property
    def wrapped(self) -> Any:
        return self(text_wrap=True, valign="top")

    def head(self, is_right: bool) -> Any:
        """The look of a column's header."""
        return self(bold=True, text_wrap=True, valign="top", align="right" if is_right else "left")

    def of(self, cell: Cell) -> Any:
        """The look of a figure."""
        return self(num_format=number_format(cell), align="right")


class _Sheet:
    """One section: heading, answer, chart, tables under one another."""

    def __init__(self, book: Workbook, formats: _Formats, section: Section, n: int, running: str) -> None:
        self.book, self.formats, self.section, self.n = book, formats, section, n
        self.sheet: Worksheet = book.add_worksheet(_sheet_name(section.heading, n))
        self.row = 0
        self.running = running
        self.placed: dict[int, int] = {}
        """Where the rows of each table begin, by the table's identity."""

    def write(self) -> None:
        """Write all of it; the heading and the answer stay in sight."""
        sheet, formats = self.sheet, self.formats
        _print_nicely(sheet, self.running)
        for column, width in enumerate(_widths(self.section.kept)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, self.section.heading, formats.title)
        sheet.merge_range(1, 0, 1, 7, "", formats.wrapped)
        sheet.write_string(1, 0, self.section.told, formats.wrapped)
        sheet.set_row(1, 16 * (1 + len(self.section.told) // 125))
        sheet.write_string(2, 0, self.running, formats.soft)
        sheet.freeze_panes(3, 1)
        chart_row = 4
        self.row = chart_row + (_CHART_ROWS + 1 if self.section.chart else 0)
        for place, table in enumerate(self.section.kept, start=1):
            self._table(table, f"t{self.n}_{place}")
        if self.section.chart:
            self._chart(self.section.chart, chart_row)

    def _table(self, table: Table, name: str) -> None:
        sheet, formats = self.sheet, self.formats
        sheet.write_string(self.row, 0, table.title, formats(bold=True))
        head = self.row + 1
        columns = [
            {"header": header, "header_format": formats.head(table.is_numeric(place))}
            for place, header in enumerate(_different(table.columns))
        ]
        # A table without rows is none to Excel: it keeps one empty row.
        last = head + max(1, len(table.rows))
        sheet.add_table(
            head, 0, last, len(columns) - 1, {"name": name, "columns": columns, "style": "Table Style Light 1"}
        )
        lines = max(-(-len(header) // _NARROW) for header in table.columns)
        sheet.set_row(head, 16 * max(2, lines))
        for place, row in enumerate(table.rows, start=head + 1):
            for column, one in enumerate(row):
                self._cell(place, column, one)
        self.placed[id(table)] = head + 1
        self.row = last + 1
        if table.note:
            sheet.write_string(self.row, 0, table.note, formats.soft)
            self.row += 1
        self.row += 1

    def _cell(self, row: int, column: int, one: Cell) -> None:
        """A figure as a number that looks like its text, all else as text; what is unknown is an empty cell."""
        if one.value is None:
            self.sheet.write_blank(row, column, None, self.formats(align="right"))
        elif isinstance(one.value, int | float):
            self.sheet.write_number(row, column, shown_alike(one), self.formats.of(one))
        else:
            self.sheet.write_string(row, column, one.text)

    def _chart(self, chart: Chart, row: int) -> None:
        drawn = self.book.add_chart(_TYPES[chart.kind])
        first = self.placed[id(chart.data)]
        last = first + len(chart.data.rows) - 1
        name = self.sheet.get_name()
        for series in chart.series:
            drawn.add_series(
                {
                    "name": series.name,
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, series.column, last, series.column],
                    **_look(chart, series),
                }
            )
        along, up = _axes(chart)
        drawn.set_x_axis(up if chart.kind == kinds.BARS else along)
        drawn.set_y_axis(along if chart.kind == kinds.BARS else up)
        drawn.set_legend({"position": "top"} if len(chart.series) > 1 else {"none": True})
        drawn.set_title({"none": True})
        drawn.show_blanks_as("gap")
        drawn.set_size({"width": _CHART_WIDTH, "height": _CHART_ROWS * _ROW})
        self.sheet.insert_chart(row, 0, drawn, {"description": self.section.told, "object_position": 2})


def _widths(tables: Sequence[Table]) -> list[int]:
    """Letters wide enough for each column of tables that stand under one another, within reason."""
    columns = max((len(table.columns) for table in tables), default=0)
    told = [max(table.letters(n) for table in tables if n < len(table.columns)) for n in range(columns)]
    return [min(60, max(24 if not n else _NARROW, letters + 2)) for n, letters in enumerate(told)]


def _look(chart: Chart, series: kinds.Series) -> dict[str, Any]:
    if chart.kind in (kinds.LINES, kinds.CURVE):
        line = {"color": series.colour, "width": 1 if series.thin else 2.25}
        return {
            "line": line | ({"dash_type": "dash"} if series.dashed else {}),
            "marker": {"type": "circle" if chart.marks_points else "none"},
        }
    pale = {"fill": {"color": paler(series.colour)}}
    points = [pale if place in chart.pale else None for place in range(len(chart.data.rows))]
    return {"fill": {"color": series.colour}, "gap": 60} | ({"points": points} if chart.pale else {})


def _axes(chart: Chart) -> tuple[dict[str, Any], dict[str, Any]]:
    """The axis of places, and that of figures."""
    soft = {"color": "#d9dfe5"}
    figures: dict[str, Any] = {
        "num_format": axis_format(
            kinds.cell(10_000 if chart.unit != "share" else 0.1, chart.unit, chart.currency).text
        ),
        "major_gridlines": {"visible": True, "line": soft},
        "line": {"none": True},
        "name": chart.y_title,
        "name_font": {"bold": False},
    }
    if chart.highest is not None:
        figures["max"] = chart.highest
    places: dict[str, Any] = {"name": chart.x_title, "name_font": {"bold": False}, "line": soft}
    places["label_position"] = "low"
    if chart.kind == kinds.CURVE:
        places |= {"num_format": "0%", "min": 0, "max": 1, "major_gridlines": {"visible": True, "line": soft}}
    elif chart.kind == kinds.BARS:
        places["reverse"] = True
    else:
        places["interval_unit"] = chart.label_every
    return places, figures


def _front(book: Workbook, document: Document, formats: _Formats) -> None:
    """What it is, what it is about, and each answer."""
    sheet = book.add_worksheet(_("Review"))
    _print_nicely(sheet, document.running)
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, _WIDE)
    sheet.write_string(0, 0, document.title, formats.title)
    sheet.write_string(1, 0, document.running, formats.soft)
    sheet.freeze_panes(3, 0)
    row = 3
    for n, section in enumerate(document.sections, start=1):
        link = f"internal:'{_sheet_name(section.heading, n)}'!A1"
        sheet.write_url(row, 0, link, formats(text_wrap=True, valign="top", font_color="#1c65a8"), section.heading)
        _sentence(sheet, row, section.told, formats)
        row += 1
    row += 1
    for name, text in document.about:
        sheet.write_string(row, 0, name, formats.strong)
        _sentence(sheet, row, text, formats)
        row += 1


def _meanings(book: Workbook, document: Document, formats: _Formats) -> None:
    sheet = book.add_worksheet(_("Definitions"))
    _print_nicely(sheet, document.running)
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, _WIDE)
    sheet.write_string(0, 0, _("What the figures mean"), formats.title)
    sheet.freeze_panes(1, 0)
    row = 2
    for one in document.definitions:
        for name, text in ((one.title, one.text), *one.details):
            sheet.write_string(row, 0, name, formats.strong if name == one.title else formats.wrapped)
            _sentence(sheet, row, text, formats)
            row += 1
        row += 1


def _sentence(sheet: Worksheet, row: int, text: str, formats: _Formats) -> None:
    """Text that wraps, in a row high enough for it."""
    sheet.write_string(row, 1, text, formats.wrapped)
    sheet.set_row(row, 16 * (1 + len(text) // _WIDE))


def _print_nicely(sheet: Worksheet, running: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{running.replace('&', '&&')}&R&P / &N")


def _sheet_name(heading: str, n: int) -> str:
    """A name that Excel takes: at most 31 letters, without those of its addresses."""
    return f"{n} {_IN_ADDRESSES.sub(' ', heading).strip()}"[:31].rstrip(" '")


def _different(headers: tuple[str, ...]) -> list[str]:
    """Headers of a table differ in more than capitals."""
    seen: dict[str, int] = {}
    told = []
    for header in headers:
        n = seen[header.casefold()] = seen.get(header.casefold(), 0) + 1
        told.append(header if n == 1 else f"{header} ({n})")
    return told
