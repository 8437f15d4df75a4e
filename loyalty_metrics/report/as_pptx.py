"""The report as slides, 16 to 9: each answer over its native chart, the figures on the next, definitions in the notes.

Charts are PowerPoint's own, with their figures in them, so that they can be edited.
"""

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from loyalty_metrics.language import _
from loyalty_metrics.report import document as kinds
from loyalty_metrics.report.document import Chart, Definition, Document, Section, Series, Table, paler, runs
from loyalty_metrics.report.number_format import axis_format

_WIDTH, _HEIGHT, _MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
_INSIDE = Emu(_WIDTH - 2 * _MARGIN)
_TITLE_ONLY = 5
"""The layout with a title: so outlines and screen readers know what a slide is called."""
_INK, _SOFT, _LINE = RGBColor(0x1B, 0x27, 0x33), RGBColor(0x5B, 0x66, 0x73), RGBColor(0xD9, 0xDF, 0xE5)
_LETTERS_A_ROW = 100
"""Letters of a row of a table that have room in its usual type."""
_ROW, _TITLE = Inches(0.33), Inches(0.45)
_UNDER_TITLE, _UNDER_ANSWER, _BOTTOM = Inches(1.15), Inches(2.6), Inches(6.9)
"""Where tables begin, and where all must end."""
_SHORT_TITLE = 42
"""Letters of a title that fit on a line in large type."""
_LETTERS = 1500
"""Of definitions on one slide."""
_TYPES = {
    kinds.STACKED: XL_CHART_TYPE.COLUMN_STACKED,
    kinds.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    kinds.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    kinds.LINES: XL_CHART_TYPE.LINE,
    kinds.CURVE: XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
}


def to_bytes(document: Document) -> bytes:
    """The document as slides."""
    slides = _Slides(document)
    slides.front()
    for section in document.sections:
        slides.section(section)
    slides.meanings()
    buffer = io.BytesIO()
    slides.show.save(buffer)
    return buffer.getvalue()


class _Slides:
    """The slides made so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.show: Any = Presentation()
        self.show.slide_width, self.show.slide_height = _WIDTH, _HEIGHT
        self.show.core_properties.title = document.title
        self.show.core_properties.subject = document.running

    def front(self) -> None:
        """What it is, and what it is about."""
        slide = self._slide(self.document.title, "", size=40)
        _text(slide, Inches(1.5), Inches(0.5), [(self.document.running, False)], 20, _SOFT)
        about = [*self.document.about]
        half = -(-len(about) // 2)
        for place, pairs in enumerate((about[:half], about[half:])):
            box = _box(slide, _MARGIN + place * _INSIDE // 2, Inches(2.4), Emu(_INSIDE // 2 - Inches(0.3)), Inches(4.3))
            for name, text in pairs:
                _add(box, [(f"{name}: ", True), (text, False)], 13)

    def section(self, section: Section) -> None:
        """The answer with its chart, then each table."""
        notes = _notes(section.definitions)
        slide: Any = self._slide(section.heading, notes)
        self._answer(slide, section)
        if section.chart:
            _chart(slide, section.chart, section.told)
            slide = None
        self._tables(section, notes, slide)

    def _tables(self, section: Section, notes: str, slide: Any) -> None:
        """The tables under one another, the first under the answer where that has a slide without a picture."""
        top: int = _UNDER_ANSWER
        for place, table in enumerate(section.tables):
            rows = table.printed
            while rows:
                if slide is None or (top > _UNDER_ANSWER and top + _high(len(rows)) > _BOTTOM):
                    slide, top = self._slide(section.heading, notes), _UNDER_TITLE
                if place or top == _UNDER_TITLE:
                    _text(slide, top, _TITLE, [(table.title, False)], 18, _SOFT)
                    top += _TITLE
                room = max(1, (_BOTTOM - top) // _ROW - 2)
                top = _table(slide, table, rows[:room], top)
                rows = rows[room:]
                slide = slide if not rows else None

    def meanings(self) -> None:
        """What the figures mean, as many definitions on a slide as it has room for."""
        for some in _portions(self.document.definitions):
            slide = self._slide(_("What the figures mean"), _notes(some))
            box = _box(slide, _MARGIN, Inches(1.2), _INSIDE, Inches(5.6))
            for one in some:
                _add(box, [(f"{one.title}. ", True), (one.text, False)], 14, after=10)

    def _slide(self, title: str, notes: str, size: int = 28) -> Any:
        size = size if len(title) < _SHORT_TITLE else min(size, 22)
        slide = self.show.slides.add_slide(self.show.slide_layouts[_TITLE_ONLY])
        place = slide.shapes.title
        place.left, place.top, place.width, place.height = _MARGIN, Inches(0.4), _INSIDE, Inches(0.75)
        place.text_frame.text = title
        place.text_frame.margin_left = 0
        place.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        line = place.text_frame.paragraphs[0]
        line.alignment, line.font.size, line.font.bold, line.font.color.rgb = PP_ALIGN.LEFT, Pt(size), True, _INK
        foot = f"{self.document.running} · {len(self.show.slides)}"
        _text(slide, Inches(7.0), Inches(0.35), [(foot, False)], 11, _SOFT)
        about = "\n".join(f"{name}: {text}" for name, text in self.document.about)
        slide.notes_slide.notes_text_frame.text = "\n\n".join(text for text in (notes, about) if text)
        return slide

    def _answer(self, slide: Any, section: Section) -> None:
        size = 20 if len(section.told) < 230 else 17 if len(section.told) < 400 else 14
        _text(slide, Inches(1.15), Inches(1.3), list(runs(section.answer)), size, _INK)


def _box(slide: Any, left: int, top: int, width: int, height: int) -> Any:
    frame = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), Emu(height)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    return frame


def _text(slide: Any, top: int, height: int, pieces: list[tuple[str, bool]], size: int, colour: RGBColor) -> None:
    _add(_box(slide, _MARGIN, top, _INSIDE, height), pieces, size, colour)


def _add(frame: Any, pieces: list[tuple[str, bool]], size: int, colour: RGBColor = _INK, after: int = 4) -> None:
    """One paragraph of pieces, some of them bold."""
    is_first = len(frame.paragraphs) == 1 and not frame.paragraphs[0].runs
    line = frame.paragraphs[0] if is_first else frame.add_paragraph()
    line.space_after = Pt(after)
    for text, is_bold in pieces:
        run = line.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, colour


def _table(slide: Any, table: Table, rows: Sequence[tuple[kinds.Cell, ...]], top: int) -> int:
    """Draw rows of a table; where the next thing can begin."""
    columns = len(table.columns)
    shape = slide.shapes.add_table(len(rows) + 1, columns, _MARGIN, top, _INSIDE, Emu(_ROW * (len(rows) + 1)))
    grid = shape.table
    grid.first_row, grid.horz_banding = True, False
    shape._element.graphic.graphicData.tbl.tblPr[0].text = _PLAIN_STYLE
    letters = [min(40, table.letters(column)) + 5 for column in range(columns)]
    size = 13 if sum(letters) <= _LETTERS_A_ROW else 11
    for column, share in enumerate(letters):
        grid.columns[column].width = Emu(_INSIDE * share // sum(letters))
    numeric = [table.is_numeric(column) for column in range(columns)]
    for place, texts in enumerate([table.columns, *([one.text for one in row] for row in rows)]):
        grid.rows[place].height = _ROW
        for column, text in enumerate(texts):
            _fill(grid.cell(place, column), text, size, is_head=not place, is_right=numeric[column])
    top += _high(len(rows)) - _TITLE
    if table.footnote:
        _text(slide, top, Inches(0.35), [(table.footnote, False)], 11, _SOFT)
    return top + _ROW


_LINE_UNDER = f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{_LINE}"/></a:solidFill></a:lnB>'
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's name for a table without fills and lines."""


def _high(rows: int) -> int:
    """Room for a table with its title, its header, which may take two lines, and a note."""
    return int(_TITLE + _ROW * (rows + 2))


def _fill(one: Any, text: str, size: int, is_head: bool, is_right: bool) -> None:
    one.margin_top = one.margin_bottom = Inches(0.03)
    one.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.MIDDLE
    one.text_frame.text = text
    line = one.text_frame.paragraphs[0]
    line.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    line.font.size, line.font.bold, line.font.color.rgb = Pt(size), is_head, _INK
    # A line under each row; the library has no words for it.
    one._tc.get_or_add_tcPr().append(parse_xml(_LINE_UNDER))


def _chart(slide: Any, chart: Chart, told: str) -> None:
    place = slide.shapes.add_chart(_TYPES[chart.kind], _MARGIN, Inches(2.5), _INSIDE, Inches(4.4), _data(chart))
    place._element.nvGraphicFramePr.cNvPr.set("descr", told)
    drawn = place.chart
    drawn.font.size, drawn.font.color.rgb = Pt(14), _INK
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    for series, shown in zip(chart.series, drawn.plots[0].series, strict=True):
        _look(chart, series, shown)
    if chart.kind in (kinds.STACKED, kinds.COLUMNS, kinds.BARS):
        drawn.plots[0].gap_width = 60
        drawn.plots[0].overlap = 100 if chart.kind == kinds.STACKED else 0
    _axes(chart, drawn)


def _data(chart: Chart) -> Any:
    number_format = axis_format(chart.example)
    if chart.kind == kinds.CURVE:
        data: Any = XyChartData(number_format=number_format)
        for series in chart.series:
            line = data.add_series(series.name)
            for x, y in zip(chart.places, chart.values(series), strict=True):
                line.add_data_point(x, y)
        return data
    data = CategoryChartData(number_format=number_format)
    data.categories = chart.places
    for series in chart.series:
        data.add_series(series.name, chart.values(series))
    return data


def _look(chart: Chart, series: Series, shown: Any) -> None:
    colour = RGBColor.from_string(series.colour.removeprefix("#"))
    if chart.kind in (kinds.LINES, kinds.CURVE):
        shown.smooth = False
        if chart.marks_points:
            shown.marker.style = XL_MARKER_STYLE.CIRCLE
        line = shown.format.line
        line.color.rgb, line.width = colour, Pt(1 if series.thin else 2.5)
        if series.dashed:
            line.dash_style = MSO_LINE_DASH_STYLE.DASH
    else:
        shown.invert_if_negative = False
        shown.format.fill.solid()
        shown.format.fill.fore_color.rgb = colour
        for place in chart.pale:
            pale = shown.points[place].format.fill
            pale.solid()
            pale.fore_color.rgb = RGBColor.from_string(paler(series.colour).removeprefix("#"))


def _axes(chart: Chart, drawn: Any) -> None:
    places, figures = drawn.category_axis, drawn.value_axis
    for axis in (places, figures):
        axis.format.line.color.rgb = _LINE
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(12)
    figures.major_gridlines.format.line.color.rgb = _LINE
    figures.tick_labels.number_format, figures.tick_labels.number_format_is_linked = axis_format(chart.example), False
    places.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    for axis, title in ((places, chart.x_title), (figures, chart.y_title)):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            axis.axis_title.text_frame.paragraphs[0].font.size = Pt(12)
            axis.axis_title.text_frame.paragraphs[0].font.bold = False
    if chart.highest is not None:
        figures.maximum_scale = chart.highest
    if chart.kind == kinds.BARS:
        places.reverse_order = True
        figures.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    if chart.kind == kinds.CURVE:
        places.minimum_scale, places.maximum_scale = 0, 1
        places.tick_labels.number_format, places.tick_labels.number_format_is_linked = "0%", False
    elif chart.label_every > 1:
        # The library has no words for it; the schema wants it before the last element.
        skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{chart.label_every}"/>')
        places._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _notes(definitions: Sequence[Definition]) -> str:
    """What a speaker can be asked."""
    told = []
    for one in definitions:
        told.append("\n".join([f"{one.title}: {one.text}", *(f"{name}: {text}" for name, text in one.details)]))
    return "\n\n".join(told)


def _portions(definitions: Sequence[Definition]) -> list[list[Definition]]:
    portions: list[list[Definition]] = [[]]
    for one in definitions:
        if sum(len(told.text) + 100 for told in portions[-1]) + len(one.text) > _LETTERS:
            portions.append([])
        portions[-1].append(one)
    return portions
