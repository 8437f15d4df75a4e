"""Read back what the writers wrote, each format by means of its own, so that it can be held against the document."""

import json
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from pptx import Presentation
from pypdf import PdfReader

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Page(HTMLParser):
    """The text of an HTML file, its tables, the data of its charts, and every address in it."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.charts: list[dict[str, Any]] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self._script = ""
        self._in: list[str] = []
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in.append(tag)
        named = dict(attrs)
        self.addresses += [str(named[name]) for name in ("src", "href") if name in named]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "script":
            self._script = named.get("type") or "javascript"

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            while self._in.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "script" in self._in:
            if self._script == "application/json":
                self.charts.append(json.loads(data))
        elif "style" not in self._in:
            self.texts.append(data)
            if self._in and {"td", "th"} & set(self._in):
                self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        """All text, blanks made one."""
        return " ".join("".join(self.texts).split())


class Workbook:
    """An XLSX file: what each cell shows and holds, its tables, charts and formulas."""

    def __init__(self, made: bytes) -> None:
        self.files = zipfile.ZipFile(BytesIO(made))
        self.strings = ["".join(node.itertext()) for node in self._xml("xl/sharedStrings.xml").iter(f"{_MAIN}si")]
        styles = self._xml("xl/styles.xml")
        named = {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter(f"{_MAIN}numFmt")}
        builtin = {"0": "General", "1": "0", "3": "#,##0", "4": "#,##0.00"}
        looks = styles.find(f"{_MAIN}cellXfs")
        assert looks is not None
        self.formats = [(named | builtin).get(str(look.get("numFmtId")), "?") for look in looks]
        self.sheets = [self._sheet(name) for name in self.names("xl/worksheets/sheet")]

    def names(self, start: str) -> list[str]:
        """The parts of the file whose names begin so, in their order."""
        found = [name for name in self.files.namelist() if re.fullmatch(re.escape(start) + r"\d+\.xml", name)]
        return sorted(found, key=lambda name: int(re.sub(r"\D", "", name.rpartition("/")[2])))

    def _xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.files.read(name))

    def _sheet(self, name: str) -> dict[str, tuple[Any, str]]:
        """Each cell's value and what it shows, by its address."""
        cells: dict[str, tuple[Any, str]] = {}
        for node in self._xml(name).iter(f"{_MAIN}c"):
            assert node.find(f"{_MAIN}f") is None, "a formula"
            held = node.find(f"{_MAIN}v")
            if held is None or held.text is None:
                continue
            if node.get("t") == "s":
                text = self.strings[int(held.text)]
                cells[str(node.get("r"))] = text, text
            else:
                value = float(held.text)
                cells[str(node.get("r"))] = value, shown(value, self.formats[int(node.get("s", "0"))])
        return cells

    def tables(self) -> list[str]:
        """Where the tables stand, in the order they were made."""
        return [str(self._xml(name).get("ref")) for name in self.names("xl/tables/table")]

    def chart_ranges(self) -> list[str]:
        """What the charts draw: the ranges of their series."""
        texts = [self.files.read(name).decode() for name in self.names("xl/charts/chart")]
        return [found for text in texts for found in re.findall(r"<c:(?:val|yVal)>.*?<c:f>(.*?)</c:f>", text)]


def shown(value: float, format: str) -> str:
    """What a spreadsheet shows of a number under a format, for the formats the product writes."""
    parts = format.split(";")
    condition = re.match(r"\[<([\d.]+)\]", parts[0])
    if condition:
        part = parts[0][condition.end() :] if value < float(condition[1]) else parts[1]
        return _shown(value, part)
    if len(parts) == 3:
        return _shown(abs(value), parts[0 if value > 0 else 1 if value < 0 else 2])
    return ("-" if value < 0 else "") + _shown(abs(value), format)


def _shown(value: float, format: str) -> str:
    told = ""
    for literal, number, percent in re.findall(r'"([^"]*)"|(#,##0(?:\.0+)?)|(%)', format):
        if number:
            places = len(number.partition(".")[2])
            scaled = Decimal(repr(value)) * (100 if "%" in re.sub(r'"[^"]*"', "", format) else 1)
            told += f"{scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
        else:
            told += percent or literal
    return told


class Slides:
    """A PPTX file: its slides with texts, tables, charts and notes."""

    def __init__(self, made: bytes) -> None:
        self.show: Any = Presentation(BytesIO(made))
        self.slides = list(self.show.slides)

    @property
    def texts(self) -> list[str]:
        """The texts of all boxes."""
        return [shape.text_frame.text for slide in self.slides for shape in slide.shapes if shape.has_text_frame]

    @property
    def tables(self) -> list[list[list[str]]]:
        """The texts of all tables."""
        grids = [shape.table for slide in self.slides for shape in slide.shapes if shape.has_table]
        return [[[cell.text for cell in row.cells] for row in grid.rows] for grid in grids]

    @property
    def charts(self) -> list[dict[str, list[float | None]]]:
        """The figures of all charts by the names of their series."""
        found = [shape.chart for slide in self.slides for shape in slide.shapes if shape.has_chart]
        return [{series.name: list(series.values) for series in chart.plots[0].series} for chart in found]

    @property
    def notes(self) -> list[str]:
        """What stands in each slide's notes."""
        return [slide.notes_slide.notes_text_frame.text for slide in self.slides]

    def outside(self) -> list[str]:
        """Shapes that reach over the edge of their slide."""
        wide, high = self.show.slide_width, self.show.slide_height
        return [
            shape.name
            for slide in self.slides
            for shape in slide.shapes
            if shape.left < 0 or shape.top < 0 or shape.left + shape.width > wide or shape.top + shape.height > high
        ]


def pdf_text(made: bytes) -> str:
    """All text of a PDF, without blanks and breaks: lines may break anywhere."""
    # The reader takes the first byte of each letter of an eastern font for a letter of its own.
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)).replace("\0", "")


def squeezed(text: str) -> str:
    """A text without blanks."""
    return "".join(text.split())


def frame_of(table: list[list[str]]) -> pd.DataFrame:
    """A table of texts under its headers."""
    return pd.DataFrame(table[1:], columns=table[0])
