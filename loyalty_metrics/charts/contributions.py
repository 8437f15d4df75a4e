"""From one share to another, one choice after the other: what each adds or takes."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics import sentences as say
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label


def contributions(steps: pd.DataFrame, own: float, names: tuple[str, str]) -> go.Figure:
    """A bar for each definition, and between them one for each choice that differs.

    Args:
        steps: Rows of `measures.definitions.steps`, all shares known.
        own: The share by the first definition.
        names: What the two definitions are called.
    """
    other = float(steps["share"].iloc[-1]) if len(steps) else own
    if own != own or steps["share"].isna().any():
        return theme.empty(_("One of these definitions has no number at this age"))
    rows = [(names[0], 0.0, own, theme.BLUE, format_value(own, "share"))]
    for step in theme.records(steps):
        start = step["share"] - step["contribution"]
        colour = theme.GREEN if step["contribution"] >= 0 else theme.RED
        told = f"{label(step['choice'])}: {label(step['becomes'])}"
        rows.append((told, start, step["contribution"], colour, points(step["contribution"])))
    rows.append((names[1], 0.0, other, theme.BLUE, format_value(other, "share")))
    rows.reverse()
    chart = theme.figure(60 + 42 * len(rows))
    chart.add_trace(
        go.Bar(
            y=list(range(len(rows))),
            x=[row[2] for row in rows],
            base=[row[1] for row in rows],
            orientation="h",
            marker={"color": [row[3] for row in rows], "line": {"width": 0}},
            hovertext=[f"{theme.safe(row[0])}<br><b>{row[4]}</b>" for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    furthest = max(max(row[1], row[1] + row[2]) for row in rows)
    for place, row in enumerate(rows):
        # The name stands over its bar, so that a phone has room for both.
        chart.add_annotation(
            text=f"{theme.safe(row[0])} · <b>{row[4]}</b>",
            x=0,
            xref="paper",
            y=place + 0.5,
            xanchor="left",
            showarrow=False,
        )
    chart.update_layout(
        bargap=0.65,
        xaxis=theme.axis(range=[0, 1.02 * furthest or 1], tickformat=".0%"),
        yaxis=theme.axis(visible=False, range=[-0.5, len(rows) - 0.2]),
        margin={"t": 8, "l": 8},
    )
    return theme.fit(chart)


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    number = say.points(share)
    return _("+{n} points").format(n=number) if share >= 0 else _("−{n} points").format(n=number)
