"""Names of lines at their right ends, so that no legend is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from loyalty_metrics.charts import theme

LONGEST = 20
"""Letters of a name that are shown; more would leave a phone no room for the lines."""


@dataclass(frozen=True)
class LineEnd:
    """The right end of a line: its name, height and colour, and the sign that tells it apart without colour."""

    name: str
    y: float
    colour: str
    sign: str


def name_lines(chart: go.Figure, ends: Sequence[LineEnd], top: float) -> None:
    """Name each line at the right edge, in its colour and with its sign, in the order in which the lines end.

    Args:
        chart: Gets the names, and room for them.
        ends: The lines.
        top: Highest value of the axis; names stand under it, however many there are.
    """
    gap, below = 0.06 * top, -1.0
    ordered = sorted(ends, key=lambda end: end.y)
    # Names pushed up from below must not leave the chart.
    highest = [top - gap * (len(ordered) - 1 - n) for n in range(len(ordered))]
    for end, limit in zip(ordered, highest, strict=True):
        below = min(max(end.y, below + gap), limit)
        chart.add_annotation(
            text=f"{end.sign} {theme.safe(shortened(end.name))}",
            x=1,
            y=below,
            xref="paper",
            xanchor="left",
            xshift=6,
            font={"color": end.colour},
            showarrow=False,
        )
    room = max((theme.text_width(f"{end.sign} {shortened(end.name)}") for end in ends), default=0)
    chart.update_layout(margin={"r": round(min(max(room, 60), 150)) + 10})


def shortened(name: str) -> str:
    """A name that fits beside a chart."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
