"""What a decision did: its customers before and after, and where they would be without it."""

from typing import Any

import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, ngettext


def before_and_after(row: dict[str, Any], unit: str, days: int, currency: str | None = None) -> go.Figure:
    """The change of the targets beside that of those they are compared with.

    Args:
        row: The outcome, a row of `Effect.outcomes`.
        unit: Its unit.
        days: How many days are counted on either side.
        currency: Of money.

    Returns:
        A line of the targets, a dotted one to where they would be without the decision, with its 95 % interval as a
        cone, and one of the others.
    """
    without = row["after"] - row["effect"]
    ends = row["after"] - row["high"], row["after"] - row["low"]
    chart = theme.figure(320)
    chart.add_trace(_cone(row["before"], ends))
    for name, values, colour, dash, width in (
        (_("Those they are compared with"), (row["other_before"], row["other_after"]), theme.GREY, "solid", 2),
        (_("Targets, had nothing been done"), (row["before"], without), theme.BLUE, "dot", 3),
        (_("Targets"), (row["before"], row["after"]), theme.BLUE, "solid", 4),
    ):
        told = [format_value(value, unit, currency) for value in values]
        # Labels that would stand on one another are left to the pointer.
        shows = colour == theme.BLUE and (dash == "solid" or abs(row["effect"]) > 0.07 * max(row["after"], without))
        chart.add_trace(
            go.Scatter(
                x=[0, 1],
                y=list(values),
                name=name,
                mode="lines+markers+text" if shows else "lines+markers",
                text=["", f"  <b>{theme.safe(told[1])}</b>"],
                textposition="middle right",
                line={"color": colour, "width": width, "dash": dash},
                marker={"size": 9},
                hovertext=[theme.safe(f"{name}: {one}") for one in told],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    top, bottom = max(row["before"], row["after"], row["other_before"], row["other_after"], ends[1]), min(0.0, ends[0])
    span = ngettext("{n} day", "{n} days", days).format(n=days)
    chart.update_layout(
        xaxis=theme.axis(
            tickvals=[0, 1],
            ticktext=[_("{days} before").format(days=span), _("{days} after").format(days=span)],
            range=[-0.2, 1.35],
            showgrid=False,
        ),
        yaxis=theme.axis(
            range=[bottom * 1.05, top * 1.1],
            **theme.round_ticks(top, bottom, lambda value: format_value(value, unit, currency, compact=True)),
        ),
    )
    return theme.fit(chart)


def _cone(before: float, ends: tuple[float, float]) -> go.Scatter:
    """Where the targets would be without the decision, with 95 % certainty."""
    return go.Scatter(
        x=[0, 1, 1, 0],
        y=[before, ends[1], ends[0], before],
        fill="toself",
        fillcolor=theme.faded(theme.BLUE, 0.14),
        mode="none",
        hoverinfo="skip",
        showlegend=False,
    )
