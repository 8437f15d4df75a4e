"""The leaky bucket of one period: what was in it, what ran in, what leaked out, what is left."""

from typing import Any

import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label

_STEPS = (
    ("opening", theme.ACTIVE, 0),
    ("new", theme.NEW, 1),
    ("reactivated", theme.WON_BACK, 1),
    ("lapsed", theme.LEFT, -1),
    ("closing", theme.ACTIVE, 0),
)
"""Movement, colour, and whether it fills (1), leaks (-1) or tells a level (0)."""


def bucket(row: dict[str, Any]) -> go.Figure:
    """From the customers active at the start to those active at the end, step by step.

    Args:
        row: One period of the measure `customer_flow`.

    Returns:
        One bar a step, each beginning where the one before ended; customdata is [period, movement].
    """
    bars = _bars(row)
    chart = theme.figure(360)
    chart.add_trace(
        go.Bar(
            x=[bar["name"] for bar in bars],
            y=[bar["height"] for bar in bars],
            base=[bar["base"] for bar in bars],
            marker={"color": [bar["colour"] for bar in bars], "line": {"width": 0}},
            text=[bar["text"] for bar in bars],
            textposition="outside",
            textfont={"size": 14, "color": theme.INK},
            cliponaxis=False,
            customdata=[[row["period"].date().isoformat(), bar["movement"]] for bar in bars],
            hovertext=[_("<b>{n}</b> {movement}").format(n=bar["text"], movement=bar["name"].lower()) for bar in bars],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    highest = max(max(bar["base"], bar["base"] + bar["height"]) for bar in bars)
    chart.update_layout(
        xaxis=theme.axis(showgrid=False, tickvals=[bar["name"] for bar in bars], ticktext=_two_lines(bars)),
        yaxis=theme.axis(range=[0, 1.12 * max(highest, 1)], showticklabels=False, showgrid=False),
        margin={"t": 8},
    )
    return theme.fit(chart)


def _bars(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Each step with the level it starts from."""
    level, bars = 0, []
    for movement, colour, direction in _STEPS:
        number = int(row[movement])
        base = level if direction else 0
        height = direction * number if direction else number
        level = base + height
        sign = {1: "+", -1: "−", 0: ""}[direction] if number else ""
        text = sign + format_value(number, "count")
        name = label(movement)
        bars.append(
            {"movement": movement, "name": name, "colour": colour, "base": base, "height": height, "text": text}
        )
    return bars


def _two_lines(bars: list[dict[str, Any]]) -> list[str]:
    """Names broken at the middle blank, so that five stand side by side on a phone."""
    broken = []
    for bar in bars:
        words = bar["name"].split()
        cut = (len(words) + 1) // 2
        broken.append("<br>".join(part for part in (" ".join(words[:cut]), " ".join(words[cut:])) if part))
    return broken
