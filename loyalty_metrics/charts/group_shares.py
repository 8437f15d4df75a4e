"""A share of each group of customers, with its interval, the highest on top."""

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.ages import age_words
from loyalty_metrics.charts.counts import out_of
from loyalty_metrics.charts.lines import shortened
from loyalty_metrics.language import _, format_interval, format_value, or_unknown

MOST = 15
"""Groups drawn, the largest; the file holds all."""


def group_shares(frame: pd.DataFrame, age: int, grain: str = "month") -> go.Figure:
    """The share of each group that comes back at an age.

    Args:
        frame: The measure `retention_by_group`.
        age: Periods since the first purchase.
        grain: Length of a period.

    Returns:
        A point and its interval for each of the 15 largest groups; customdata is [group, age].
    """
    at_age = frame[(frame["age"] == age) & frame["retention"].notna()].nlargest(MOST, "size")
    if at_age.empty:
        return theme.empty(_("No period so long after the first purchase is over yet"))
    rows = theme.records(at_age.sort_values("retention"))
    chart = theme.figure(70 + 30 * len(rows))
    chart.add_trace(
        go.Scatter(
            x=[row["retention"] for row in rows],
            y=list(range(len(rows))),
            mode="markers",
            marker={"size": 11, "color": theme.BLUE},
            error_x={
                "type": "data",
                "array": [row["high"] - row["retention"] for row in rows],
                "arrayminus": [row["retention"] - row["low"] for row in rows],
                "color": theme.faded(theme.BLUE, 0.6),
                "thickness": 3,
                "width": 0,
            },
            customdata=[[row["group_name"], age] for row in rows],
            hovertext=[_hover(row, age, grain) for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    names = [theme.safe(shortened(or_unknown(row["group_name"]))) for row in rows]
    highest = max(row["high"] for row in rows)
    chart.update_layout(
        xaxis=theme.axis(range=[0, min(1.05 * highest, 1.02)], tickformat=".0%"),
        yaxis=theme.axis(
            tickvals=list(range(len(rows))), ticktext=names, range=[-0.6, len(rows) - 0.4], showgrid=False
        ),
        margin={"t": 8},
    )
    return theme.fit(chart)


def _hover(row: dict, age: int, grain: str) -> str:
    return "<br>".join(
        [
            theme.safe(or_unknown(row["group_name"])),
            f"<b>{format_value(row['retention'], 'share')}</b> {age_words(age, grain)}",
            format_interval(row["low"], row["high"], "share"),
            out_of(row),
        ]
    )
