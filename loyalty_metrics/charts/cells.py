"""What stands on the cells of a coloured table: their numbers, and marks that answer the pointer."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from loyalty_metrics.charts import theme

WHITE = "#ffffff"


def numbers(
    x: Sequence[float], y: Sequence[float], texts: Sequence[str], dense: Sequence[bool], size: int
) -> list[go.Scatter]:
    """Texts on cells: white where the colour beneath is dense, else in the page's ink."""
    traces = []
    for is_dense, colour in ((True, WHITE), (False, theme.INK)):
        picked = [place for place, one in enumerate(dense) if bool(one) == is_dense]
        if picked:
            traces.append(
                go.Scatter(
                    x=[x[place] for place in picked],
                    y=[y[place] for place in picked],
                    mode="text",
                    text=[texts[place] for place in picked],
                    textfont={"size": size, "color": colour},
                    **theme.STEADY_TEXT,
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
    return traces


def touchable(
    x: Sequence[float],
    y: Sequence[float],
    size: int,
    customdata: Sequence[Sequence[Any]],
    hovertext: Sequence[str],
    **marker: Any,
) -> go.Scatter:
    """Invisible squares: a heat map's own cells cannot be selected."""
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"symbol": "square", "size": size, "color": theme.CLEAR, **marker},
        selected={"marker": {"color": theme.faded(theme.ORANGE, 0.75)}},
        unselected={"marker": {"color": theme.CLEAR}},
        customdata=customdata,
        hovertext=hovertext,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="",
    )
