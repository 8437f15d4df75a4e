"""Draw a chart into a PDF as lines and areas, from the same figures as the native charts of the other files."""

from dataclasses import dataclass
from html import unescape
from typing import Any

from fpdf import FPDF

from loyalty_metrics.charts.theme import round_ticks
from loyalty_metrics.report.document import BARS, CURVE, LINES, STACKED, Chart, Series, paler

_SOFT, _LINE = (91, 102, 115), (217, 223, 229)
_SIZE = 8
_TEXT = 4.2
"""Height of a line of text in millimetres."""
_NAMES = 48.0
"""Room at most for the names of lying bars, in millimetres."""
_FILLED = 0.72
"""The part of a place along the axis that its bars take."""


@dataclass(frozen=True)
class _Frame:
    """Where figures stand on the page."""

    left: float
    top: float
    width: float
    height: float
    lowest: float
    highest: float

    def along(self, share: float) -> float:
        """A place along the axis, from 0 to 1."""
        return self.left + share * self.width

    def up(self, value: float) -> float:
        """The height of a figure."""
        return self.top + self.height * (self.highest - value) / (self.highest - self.lowest)

    def right(self, value: float) -> float:
        """The place of a figure of lying bars."""
        return self.left + self.width * (value - self.lowest) / (self.highest - self.lowest)


def draw(pdf: FPDF, chart: Chart, left: float, top: float, width: float, height: float) -> None:
    """Draw a chart.

    Args:
        pdf: Where to, with its fonts set.
        chart: What.
        left: Of the room for it.
        top: Of the room for it.
        width: Of the room for it.
        height: Of the room for it.
    """
    pdf.set_font("f0", "", _SIZE)
    pdf.set_text_color(*_SOFT)
    legend = _legend(pdf, chart, left, top) if len(chart.series) > 1 else 0.0
    ticks = _ticks(chart)
    texts = [unescape(text) for text in ticks.get("ticktext", [])]
    values = ticks.get("tickvals", [0.0, 1.0])
    lying = chart.kind == BARS
    foot = 0.0 if lying else _TEXT + (_TEXT if chart.x_title else 0) + 1
    names = [str(name) for name in chart.places] if lying else texts
    room = 3 + min(_NAMES, max((pdf.get_string_width(name) for name in names), default=0))
    inside = width - room - (16 if lying else 4), height - legend - foot - 2
    frame = _Frame(left + room, top + legend + 2, *inside, values[0], values[-1])
    if lying:
        _lying_bars(pdf, chart, frame)
    else:
        _grid(pdf, frame, values, texts)
        _places(pdf, chart, frame)
        if chart.kind in (LINES, CURVE):
            for series in chart.series[::-1]:
                _line(pdf, chart, series, frame)
        else:
            _upright_bars(pdf, chart, frame)
    pdf.set_draw_color(*_LINE)
    pdf.set_line_width(0.2)
    pdf.set_fill_color(255)


def _ticks(chart: Chart) -> dict[str, Any]:
    """Round values that hold all that is drawn."""
    columns = [[value or 0.0 for value in chart.values(series)] for series in chart.series]
    if chart.kind == STACKED:
        ups = [sum(max(0.0, one) for one in place) for place in zip(*columns, strict=True)]
        downs = [sum(min(0.0, one) for one in place) for place in zip(*columns, strict=True)]
    else:
        ups = downs = [one for column in columns for one in column]
    highest = max(ups, default=0.0) if chart.highest is None else chart.highest
    return round_ticks(highest, min(downs, default=0.0), chart.says)


def _legend(pdf: FPDF, chart: Chart, left: float, top: float) -> float:
    """Names of the series in a row; the height it takes."""
    for series in chart.series:
        pdf.set_fill_color(series.colour)
        pdf.rect(left, top + 0.8, 3, 1.0 if chart.kind in (LINES, CURVE) else 3, style="F")
        pdf.text(left + 4.5, top + 3.4, _clean(pdf, series.name))
        left += 10 + pdf.get_string_width(_clean(pdf, series.name))
    return _TEXT + 1.5


def _grid(pdf: FPDF, frame: _Frame, values: list[float], texts: list[str]) -> None:
    pdf.set_draw_color(*_LINE)
    pdf.set_line_width(0.2)
    for value, text in zip(values, texts, strict=False):
        pdf.line(frame.left, frame.up(value), frame.left + frame.width, frame.up(value))
        pdf.text(frame.left - 1.5 - pdf.get_string_width(text), frame.up(value) + 1, text)


def _places(pdf: FPDF, chart: Chart, frame: _Frame) -> None:
    """What stands along the axis, counted back from the last place, and the title under it."""
    bottom = frame.top + frame.height + _TEXT
    places = chart.places
    if chart.kind == CURVE:
        shown = [(share, chart.says(share)) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    else:
        last = len(places) - 1
        shown = [
            ((place + 0.5) / len(places), name)
            for place, name in enumerate(places)
            if (last - place) % chart.label_every == 0
        ]
    for share, name in shown:
        text = _clean(pdf, name)
        pdf.text(frame.along(share) - pdf.get_string_width(text) / 2, bottom, text)
    if chart.x_title:
        title = _clean(pdf, chart.x_title)
        pdf.text(frame.along(0.5) - pdf.get_string_width(title) / 2, bottom + _TEXT, title)


def _upright_bars(pdf: FPDF, chart: Chart, frame: _Frame) -> None:
    places = len(chart.data.rows)
    side_by_side = 1 if chart.kind == STACKED else len(chart.series)
    wide = frame.width / max(places, 1) * _FILLED / side_by_side
    for place in range(places):
        begin = frame.along((place + (1 - _FILLED) / 2) / places)
        up = down = 0.0
        for n, series in enumerate(chart.series):
            value = chart.values(series)[place] or 0.0
            start = 0.0 if chart.kind != STACKED else up if value >= 0 else down
            up, down = up + max(value, 0.0), down + min(value, 0.0)
            pdf.set_fill_color(paler(series.colour) if place in chart.pale else series.colour)
            top, bottom = sorted((frame.up(start), frame.up(start + value)))
            pdf.rect(begin + (n % side_by_side) * wide, top, wide, bottom - top, style="F")


def _lying_bars(pdf: FPDF, chart: Chart, frame: _Frame) -> None:
    """Bars with their names before and their figures behind them."""
    high = frame.height / max(len(chart.data.rows), 1)
    thick = high * _FILLED / len(chart.series)
    zero = frame.right(0.0)
    for place, name in enumerate(chart.places):
        top = frame.top + high * (place + (1 - _FILLED) / 2)
        text = _cut(pdf, _clean(pdf, str(name)), _NAMES)
        pdf.text(frame.left - 2 - pdf.get_string_width(text), top + high * _FILLED / 2 + 1, text)
        for n, series in enumerate(chart.series):
            value = chart.values(series)[place]
            if value is None:
                continue
            first, last = sorted((zero, frame.right(value)))
            pdf.set_fill_color(series.colour)
            pdf.rect(first, top + n * thick, last - first, thick, style="F")
            pdf.set_font_size(min(_SIZE, thick * 2.6))
            pdf.text(last + 1, top + (n + 0.5) * thick + pdf.font_size * 0.35, chart.says(value))
            pdf.set_font_size(_SIZE)


def _line(pdf: FPDF, chart: Chart, series: Series, frame: _Frame) -> None:
    """A line with gaps where nothing is known."""
    pdf.set_draw_color(series.colour)
    pdf.set_line_width(0.2 if series.thin else 0.6)
    pdf.set_dash_pattern(dash=1.2 if series.dashed else 0, gap=1.2 if series.dashed else 0)
    places = chart.places
    piece: list[tuple[float, float]] = []
    for n, value in enumerate([*chart.values(series), None]):
        if value is not None:
            share = places[n] if chart.kind == CURVE else (n + 0.5) / len(places)
            piece.append((frame.along(share), frame.up(value)))
        elif piece:
            pdf.polyline(piece)
            for x, y in piece if chart.marks_points else ():
                pdf.set_fill_color(series.colour)
                pdf.circle(x, y, 0.9, style="F")
            piece = []
    pdf.set_dash_pattern()


def _clean(pdf: FPDF, text: str) -> str:
    """The text as the pages print it."""
    clean = getattr(pdf, "clean", str)
    return str(clean(text))


def _cut(pdf: FPDF, text: str, width: float) -> str:
    """The text, shortened to a width."""
    if pdf.get_string_width(text) <= width:
        return text
    while text and pdf.get_string_width(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
