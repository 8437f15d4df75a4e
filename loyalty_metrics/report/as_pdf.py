"""The report as a PDF: A4 pages with vector charts, tables with repeated headers, and fonts embedded as needed."""

from collections.abc import Iterator

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from loyalty_metrics.language import _, current_locale
from loyalty_metrics.report.document import BARS, Chart, Document, Section, Table, runs
from loyalty_metrics.report.fonts import Fonts, fonts_for
from loyalty_metrics.report.pdf_chart import draw

_MARGIN, _CHART = 16.0, 78.0
"""Millimetres: around a page, and the height of a chart."""
_INK, _SOFT, _LINE = (27, 39, 51), (91, 102, 115), (217, 223, 229)
_UNPRINTABLE = "?"
"""Where a sign stood, such as an emoji, that no font has."""


def to_bytes(document: Document) -> bytes:
    """The document as a PDF.

    Raises:
        LoyaltyError: No font on this machine has its letters.
    """
    pages = _Pages(document, fonts_for(_texts(document)))
    pages.front()
    for section in document.sections:
        pages.section(section)
    pages.meanings()
    pages.about()
    return bytes(pages.output())


class _Pages(FPDF):
    """Pages with the running line at their foot."""

    def __init__(self, document: Document, fonts: Fonts) -> None:
        super().__init__(format="A4")
        self.document = document
        self._missing = str.maketrans(dict.fromkeys(fonts.missing, _UNPRINTABLE))
        for place, font in enumerate(fonts.needed):
            self.add_font(f"f{place}", "", font.regular, collection_font_number=font.face)
            self.add_font(f"f{place}", "B", font.bold, collection_font_number=font.face)
        self.set_fallback_fonts([f"f{place}" for place in range(1, len(fonts.needed))], exact_match=False)
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(True, _MARGIN + 4)
        self.set_title(document.title)
        self.set_subject(document.running)
        self.set_lang(current_locale().replace("_", "-"))
        self.set_draw_color(*_LINE)
        self.add_page()

    def footer(self) -> None:
        """The running line and the page's number."""
        self.set_y(-_MARGIN)
        self._look(8, colour=_SOFT)
        self.cell(self.epw / 2, 5, self.clean(self.document.running))
        self.cell(self.epw / 2, 5, f"{self.page_no()} / {{nb}}", align="R")

    def clean(self, text: str) -> str:
        """The text without signs that no font has."""
        return text.translate(self._missing)

    def front(self) -> None:
        """The title over the first section."""
        self._paragraph(self.document.title, 22, bold=True)
        self._paragraph(self.document.running, 10, colour=_SOFT)

    def section(self, section: Section) -> None:
        """Heading, answer, chart and tables; the answer stays with its picture, or with its first table."""
        chart = _chart_height(section.chart) if section.chart else 0.0
        first = min(20 + 6 * len(section.tables[0].printed), 110) if section.tables else 0
        self._room(26 + 5.6 * (1 + len(section.told) // 85) + (chart or first))
        self._heading(section.heading)
        self._look(11)
        for text, is_bold in runs(section.answer):
            self.set_font(style="B" if is_bold else "")
            self.write(5.6, self.clean(text))
        self.ln(8)
        if section.chart:
            draw(self, section.chart, self.l_margin, self.get_y(), self.epw, chart - 4)
            self.set_y(self.get_y() + chart)
        for table in section.tables:
            self._table(table)

    def meanings(self) -> None:
        """What the figures mean."""
        self._room(60)
        self._heading(_("What the figures mean"))
        for one in self.document.definitions:
            self._room(24)
            self._paragraph(one.title, 10.5, bold=True)
            self._paragraph(one.text, 10)
            for name, text in one.details:
                self._paragraph(f"{name}: {text}", 8.5, colour=_SOFT)
            self.ln(2.5)

    def about(self) -> None:
        """What the figures are about."""
        self._room(80)
        self._heading(_("What this is about"))
        for name, text in self.document.about:
            self._paragraph(f"{name}: {text}", 9.5)

    def _heading(self, text: str) -> None:
        if self.get_y() > _MARGIN + 1:
            self.ln(3)
            self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
            self.ln(4)
        self.start_section(self.clean(text))
        self._paragraph(text, 15, bold=True)

    def _paragraph(self, text: str, size: float, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        self._look(size, bold, colour)
        self.multi_cell(
            self.epw, size * 0.5, self.clean(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, padding=(0, 0, 1, 0)
        )

    def _look(self, size: float, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("f0", "B" if bold else "", size)
        self.set_text_color(*colour)

    def _room(self, high: float) -> None:
        """Begin a page where this one has no room for so many millimetres."""
        if self.get_y() + high > self.h - self.b_margin and self.get_y() > _MARGIN + 30:
            self.add_page()

    def _table(self, table: Table) -> None:
        self._room(min(8 + 6 * (len(table.printed) + 2), 120))
        self._paragraph(table.title, 9, colour=_SOFT)
        self._look(8.5)
        columns = len(table.columns)
        numeric = [table.is_numeric(place) for place in range(columns)]
        with self.table(
            width=self.epw,
            col_widths=(2, *[1.2] * (columns - 1)),
            text_align=["RIGHT" if is_right else "LEFT" for is_right in numeric],
            headings_style=FontFace(emphasis="BOLD"),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=4.2,
            padding=0.8,
        ) as grid:
            for texts in (table.columns, *([one.text for one in row] for row in table.printed)):
                row = grid.row()
                for text in texts:
                    row.cell(self.clean(text))
        if table.footnote:
            self.ln(1)
            self._paragraph(table.footnote, 8.5, colour=_SOFT)
        self.ln(3)


def _chart_height(chart: Chart) -> float:
    """Lying bars need room for each."""
    return max(_CHART, 16 + 8.0 * len(chart.data.rows)) if chart.kind == BARS else _CHART


def _texts(document: Document) -> Iterator[str]:
    """All text of the document."""
    yield from (document.title, document.running, _UNPRINTABLE)
    for pair in document.about:
        yield from pair
    for section in document.sections:
        yield from (section.heading, section.told)
        for table in section.kept:
            yield from (table.title, table.footnote, *table.columns, *(one.text for row in table.rows for one in row))
        if section.chart:
            yield from (section.chart.x_title, section.chart.y_title, *(one.name for one in section.chart.series))
    for one in document.definitions:
        yield from (one.title, one.text, *(text for pair in one.details for text in pair))
    yield from (_("What the figures mean"), _("What this is about"))
