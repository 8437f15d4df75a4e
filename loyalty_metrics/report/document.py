"""A report before it is a file: what it says, in the pages' words and figures. Those who write files know nothing else.

Every figure stands here twice, as a value for programs and as the text people read, so that no file formats anything by
itself: what the HTML, the workbook, the slides and the PDF print is the same text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import plotly.graph_objects as go

from loyalty_metrics.card import Card
from loyalty_metrics.language import UNKNOWN, _, format_value, label, period_label, without_markup

STACKED, COLUMNS, BARS, LINES, CURVE = "stacked", "columns", "bars", "lines", "curve"
"""Upright bars on one another or side by side, lying bars, lines over categories, a line over numbers."""

MOST_LABELS = 9
"""Names along an axis that have room on a printed page."""

SHORT = 4
"""Places of a line chart that are marked, for a line between one of them and nothing is none."""

_CODE = re.compile("`([a-z_0-9]+)`")
_BOLD = re.compile(r"(?<!\\)\*\*")


@dataclass(frozen=True)
class Cell:
    """A figure or word: its value (None where unknown) and the text people read."""

    value: Any
    text: str


def cell(value: Any, unit: str = "text", currency: str | None = None, grain: str = "day") -> Cell:
    """A cell in a unit of the measure cards, or a `period` of a grain."""
    text = period_label(value, grain) if unit == "period" else format_value(value, unit, currency)
    if text == UNKNOWN:
        return Cell(None, text)
    if unit in ("text", "code", "period"):
        return Cell(text, text)
    if unit == "date":
        return Cell(value.date() if isinstance(value, datetime) else value, text)
    number = float(value)
    return Cell(int(number) if unit == "count" and number.is_integer() else number, text)


@dataclass(frozen=True)
class Table:
    """A table whose first column says what each row is about.

    Attributes:
        title: What it holds.
        columns: Their headers.
        rows: All rows; a workbook holds all of them.
        first: The first row that is printed elsewhere.
        most: So many rows are printed elsewhere.
        note: What a reader must know of it.
        personal: Columns that name people, which are left out where others look on.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int = 0
    most: int = 10_000
    note: str = ""
    personal: tuple[int, ...] = ()

    @property
    def printed(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that are printed where there is no room for all."""
        return self.rows[self.first : self.first + self.most]

    @property
    def footnote(self) -> str:
        """The note, and how many rows are left out."""
        left_out = len(self.rows) - len(self.printed)
        words = _("{n} of {all} rows; the workbook holds all.")
        told = words.format(n=len(self.printed), all=len(self.rows)) if left_out and self.most else ""
        return " ".join(text for text in (self.note, told) if text)

    def letters(self, column: int) -> int:
        """The length of the longest text in a column, its header's longest word included."""
        words = self.columns[column].split()
        return max([len(row[column].text) for row in self.rows] + [len(word) for word in words], default=1)

    def is_numeric(self, column: int) -> bool:
        """Whether a column holds figures, or nothing that is known."""
        values = (row[column].value for row in self.rows)
        return column > 0 and all(value is None or isinstance(value, int | float) for value in values)


@dataclass(frozen=True)
class Series:
    """A column of a table as it is drawn."""

    name: str
    column: int
    colour: str
    dashed: bool = False
    thin: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture of some columns of a table.

    Attributes:
        kind: One of the kinds above.
        data: Where the figures are; its first column names the places, or is the x of a curve.
        series: What is drawn.
        figure: The same as the pages draw it.
        unit: Of the figures.
        currency: Of money.
        x_title: What runs along.
        y_title: What the figures are.
        pale: The rows that are drawn paler, such as a period that is not over.
    """

    kind: str
    data: Table
    series: tuple[Series, ...]
    figure: go.Figure
    unit: str
    currency: str | None = None
    x_title: str = ""
    y_title: str = ""
    pale: tuple[int, ...] = ()

    def values(self, series: Series) -> list[float | None]:
        """The figures of a series, None where unknown."""
        return [row[series.column].value for row in self.data.rows]

    @property
    def places(self) -> list[Any]:
        """What stands along the axis: words, or the x of a curve."""
        return [row[0].value if self.kind == CURVE else str(row[0].value) for row in self.data.rows]

    @property
    def label_every(self) -> int:
        """Of so many places along the axis one has room for its name."""
        return 1 if self.kind in (BARS, CURVE) else max(1, -(-len(self.data.rows) // MOST_LABELS))

    @property
    def example(self) -> str:
        """How figures of the chart's unit are written."""
        return cell(0.1 if self.unit == "share" else 10_000, self.unit, self.currency).text

    @property
    def highest(self) -> float | None:
        """Where the axis of figures must end: a share has no room above 100%, which programs would give it.

        What passes it by a hair, as the best customers' share does where refunds make others negative, is cut.
        """
        known = [value for series in self.series for value in self.values(series) if value is not None]
        return 1.0 if self.unit == "share" and known and 0.8 < max(known) <= 1.02 else None

    @property
    def marks_points(self) -> bool:
        """Whether a line is too short to be seen without marks."""
        return self.kind == LINES and len(self.data.rows) <= SHORT

    def says(self, value: float) -> str:
        """A figure in the short form of an axis."""
        return format_value(value, self.unit, self.currency, compact=True)


@dataclass(frozen=True)
class Definition:
    """What a measure means, for the reader of a file."""

    title: str
    text: str
    details: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, card: Card) -> "Definition":
        """From a measure's card."""
        details = ((_("Formula"), card.formula), (_("Mind"), card.caveats), (_("Source"), card.source))
        told = tuple((name, _in_words(_(text))) for name, text in details if text)
        return cls(_(card.title), _in_words(_(card.definition)), told)


def _in_words(text: str) -> str:
    """A card's text with its `codes` as the words that tables show."""
    return _CODE.sub(lambda code: _("“{words}”").format(words=label(code[1])), text)


@dataclass(frozen=True)
class Section:
    """One question, its answer (markdown as the pages show it), a picture, tables, and what the measures mean."""

    heading: str
    answer: str
    chart: Chart | None = None
    tables: tuple[Table, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def told(self) -> str:
        """The answer as bare text."""
        return without_markup(self.answer)

    @property
    def kept(self) -> tuple[Table, ...]:
        """The tables of a workbook: those that are printed, and what the picture is drawn from."""
        data = (self.chart.data,) if self.chart and self.chart.data not in self.tables else ()
        return self.tables + data


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        title: Its title.
        business: Whose figures they are.
        as_of: The day they are as of, in words.
        version: Of the data.
        about: What the figures are about, as pairs of names and words.
        sections: What it says.
    """

    title: str
    business: str
    as_of: str
    version: int
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Each once, in the order in which they are needed."""
        return tuple(dict.fromkeys(one for section in self.sections for one in section.definitions))

    @property
    def running(self) -> str:
        """One line for the foot of each page."""
        words = _("{business} · as of {date} · data version {n}")
        return words.format(business=self.business, date=self.as_of, n=self.version)


def runs(markdown: str) -> Iterator[tuple[str, bool]]:
    """A sentence in pieces of bare text, each with whether it is bold."""
    for place, piece in enumerate(_BOLD.split(markdown)):
        if piece:
            yield without_markup(piece), bool(place % 2)


def paler(colour: str) -> str:
    """A colour halfway to white, for what is not over."""
    return "#" + "".join(f"{(int(colour[at : at + 2], 16) + 255) // 2:02x}" for at in (1, 3, 5))
