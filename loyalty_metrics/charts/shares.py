"""Two bars a group: its share of customers beside its share of revenue."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_value, label


def share_pairs(held: pd.DataFrame, named: str, colours: Sequence[str], hovers: Sequence[str]) -> go.Figure:
    """Bars of both shares, side by side.

    Args:
        held: Groups with customers, the first on top: their name, `customer_share` and `revenue_share`.
        named: The column of their names.
        colours: Of each group's revenue; its customers are grey.
        hovers: What is told of each group under the pointer.

    Returns:
        Two bars a group; customdata is [name].
    """
    chart = theme.figure(64 + 40 * len(held))
    looks = (
        ("customer_share", _("Share of customers"), [theme.faded(theme.GREY, 0.6)] * len(held)),
        ("revenue_share", _("Share of revenue"), list(colours)),
    )
    names = [label(name) for name in held[named]]
    for column, title, filled in looks:
        chart.add_trace(
            go.Bar(
                y=names,
                x=held[column].astype("float64").tolist(),
                orientation="h",
                name=title,
                marker={"color": filled, "line": {"width": 0}},
                text=[format_value(share, "share", compact=True) for share in held[column]],
                textposition="outside",
                textfont={"color": theme.INK},
                cliponaxis=False,
                **theme.PALE_UNSELECTED,
                **theme.STEADY_TEXT,
                customdata=[[name] for name in held[named]],
                hovertext=list(hovers),
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    shares = held[["customer_share", "revenue_share"]].astype("float64").fillna(0.0)
    lowest, widest = min(0.0, float(shares.to_numpy().min())), float(shares.to_numpy().max())
    chart.update_layout(
        barmode="group",
        bargap=0.3,
        xaxis=theme.axis(visible=False, range=[lowest * 1.15, widest * 1.15]),
        yaxis=theme.axis(autorange="reversed", showgrid=False, ticklabelstandoff=4, tickvals=names, ticktext=names),
        legend={"traceorder": "normal"},
    )
    return theme.fit(chart)
