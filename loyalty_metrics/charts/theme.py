"""One look for every chart: colours, margins, separators and what the toolbar offers.

Backgrounds are transparent and text takes the colour of the page, so that a chart is right in light and dark alike.
"""

import html
import math
import re
from collections.abc import Callable, Iterable
from typing import Any
from unicodedata import east_asian_width
from zlib import crc32

import pandas as pd
import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from loyalty_metrics.language import _, plotly_separators

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "responsive": True,
}
"""For `st.plotly_chart` and `write_html`: nothing leaves for elsewhere, and the chart fits its place."""

# Okabe & Ito (2008), told apart by people with any of the usual colour deficiencies; each holds 3:1 on white or nearly
# so and on #0e1117.
BLUE, GREEN, RED, ORANGE = "#2a7fba", "#009e73", "#d55e00", "#e69f00"
PURPLE, SKY, GREY = "#b5659a", "#56b4e9", "#8a8f98"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)

NEW, WON_BACK, LEFT, ACTIVE, RETURNING = SKY, GREEN, RED, BLUE, BLUE

RAISED, SUNK = "#8df0c4", "#ffb36b"
"""Of marks that stand on the colours of a table, from its palest to its densest, on either page."""

SEQUENTIAL = [[step / 10, f"rgba(31,119,190,{0.06 + 0.094 * step:.3f})"] for step in range(11)]
"""From few to many: one blue that grows denser over the page, so that on a dark page too few is faint."""

WHITE_TEXT_ABOVE = 0.8
"""The part of that scale over which white text reads better than the page's own, on either page."""

LINE = 16
"""Height of a line of text in a chart, in pixels."""

_USUAL_LABEL = "100%"
"""As wide as the labels of an axis that does not name its own."""

EVERY = "\u2217"
"""In the place of a group in a point's custom data: all groups together. (An empty name is the unknown group.)"""

MARGIN = {"l": 8, "r": 8, "t": 36, "b": 8}
"""Around a plot, in pixels; `fit` adds what the words along the axes need."""

GRID, HATCH = "rgba(128,128,128,0.22)", "rgba(128,128,128,0.55)"
CLEAR = "rgba(0,0,0,0)"

INK = "#000037"
"""Nearly black; Streamlit's front end puts the page's own strong text colour in its place, so that numbers on coloured
cells can be read on a dark page too. Its ordinary chart text is a grey, too pale to stand on a colour."""

STEADY_TEXT: dict[str, Any] = {"selected": {"textfont": {"color": INK}}}
"""For texts in a chart with a selection: Plotly pales what is not selected, unless told how the selected looks.
(Told instead how the unselected texts of bars look, it fails and the click is lost.)"""

PALE_UNSELECTED: dict[str, Any] = {"unselected": {"marker": {"opacity": 0.4}}}
"""For bars and bubbles: what is not selected stays readable."""

SEGMENT_COLOURS: dict[str, str] = {
    "Champions": "#00805c",
    "Loyal": "#009e73",
    "Potential loyalists": "#5cc4a3",
    "New": "#56b4e9",
    "Promising": "#2a7fba",
    "Needs attention": "#f0c808",
    "About to sleep": "#e69f00",
    "At risk": "#e8743b",
    "Cannot lose": "#c23b22",
    "Hibernating": "#a08bb3",
    "Lost": "#8a8f98",
    "not yet": GREY,
    "no more": GREY,
}
"""Green stays, blue is young, yellow to red is leaving, grey is gone."""

OWN_SEGMENT_COLOURS = (PURPLE, "#0f9bb0", "#8c6a3a", "#6657b8", "#c2577a", "#7a8f2e")
"""For segments that a user has named: told apart from those above, and none of their meanings."""


def segment_colour(segment: str) -> str:
    """The colour of a segment; one that a user has named has the same in every chart, for it follows from the name."""
    own = OWN_SEGMENT_COLOURS[crc32(segment.encode()) % len(OWN_SEGMENT_COLOURS)]
    return SEGMENT_COLOURS.get(segment, own)


def faded(colour: str, opacity: float) -> str:
    """A colour of the palette, partly transparent."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def figure(height: int, traces: Iterable[BaseTraceType] = (), **changes: Any) -> go.Figure:
    """A figure in the common layout.

    Args:
        height: In pixels.
        traces: What it shows. Given here it is checked once; each later change has all of a figure checked again.
        **changes: Parts of the layout in the place of the common ones.
    """
    return go.Figure([*traces], _layout(height) | changes)


def _layout(height: int) -> dict[str, Any]:
    return {
        # An empty template: charts then look alike wherever they are made, and each is some kilobytes lighter.
        "template": {},
        "height": height,
        "margin": MARGIN,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "separators": plotly_separators(),
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False},
        "bargap": 0.25,
        "xaxis": axis(),
        "yaxis": axis(),
    }


def axis(**changes: Any) -> dict[str, Any]:
    """A quiet axis; `fit` makes room for its labels."""
    quiet = {
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
    }
    title = {"title": {"standoff": 10} | changes.pop("title", {})}
    return quiet | title | changes


def fit(chart: go.Figure) -> go.Figure:
    """Make room for the words along the axes.

    Plotly can find the room itself ("automargin"), but draws each chart twice to do so.
    """
    layout = chart.layout.to_plotly_json()
    margin = dict(layout.get("margin", {}))
    for name, axis_layout in layout.items():
        if name.startswith(("xaxis", "yaxis")) and axis_layout.get("visible", True):
            vertical = name.startswith("y")
            side = "l" if vertical else "t" if axis_layout.get("side") == "top" else "b"
            margin[side] = max(margin.get(side, 0), _room(axis_layout, vertical))
    return chart.update_layout(margin=margin)


def _room(axis_layout: dict[str, Any], vertical: bool) -> int:
    """Pixels that an axis's tick labels and title need outside the plot."""
    labels = axis_layout.get("ticktext") or [_USUAL_LABEL]
    room = 0
    if axis_layout.get("showticklabels", True):
        extent = max(text_width(label) if vertical else LINE * len(_lines(label)) for label in labels)
        room += extent + 8 + axis_layout.get("ticklabelstandoff", 0)
    title = axis_layout.get("title", {})
    if title.get("text"):
        room += (LINE + 4) * len(_lines(title["text"])) + title.get("standoff", 0)
    return round(room)


def _lines(text: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", line) for line in str(text).split("<br>")]


def text_width(text: str) -> float:
    """Pixels that a label of a chart is wide, at most: letters of eastern scripts are twice as wide as others."""
    wide = max((sum(2 if east_asian_width(c) in "WF" else 1 for c in line) for line in _lines(text)), default=0)
    return 6.6 * wide


def round_ticks(highest: float, lowest: float, says: Callable[[float], str]) -> dict[str, Any]:
    """Round values for an axis, in the short form of the user's language; Plotly would write 1.2B as 1.2G."""
    span = max(float(highest), 0.0) - min(float(lowest), 0.0)
    if not span > 0:
        return {}
    power = 10 ** math.floor(math.log10(span / 4))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if span / step <= 5)
    first, last = math.floor(min(lowest, 0) / step), math.ceil(max(highest, 0) / step)
    values = [n * step for n in range(first, last + 1)]
    return {"tickvals": values, "ticktext": [safe(says(value)) for value in values]}


def empty(message: str | None = None, height: int = 220) -> go.Figure:
    """A figure that says why there is nothing to draw."""
    blank = figure(height)
    blank.update_layout(xaxis={"visible": False}, yaxis={"visible": False}, margin={"t": 8})
    text = message or _("No customers in this scope")
    blank.add_annotation(text=safe(text), x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 16})
    return blank


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def safe(text: Any) -> str:
    """A value as Plotly shows it letter by letter; it would read `<b>` as a tag."""
    return html.escape(str(text), quote=False)
