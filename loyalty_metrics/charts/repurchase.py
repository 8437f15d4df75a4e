"""Who buys again: customers by their chance, and what became of customers who were told alike."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.named_bars import Bar, named_bars
from loyalty_metrics.language import _, format_interval, format_value, label
from loyalty_metrics.measures.repurchase import BANDS

_COLOURS = {
    "very_likely": theme.GREEN,
    "likely": theme.SKY,
    "unlikely": theme.ORANGE,
    "very_unlikely": theme.GREY,
}


def chance_bands(forecast: pd.DataFrame) -> go.Figure:
    """How many customers are how likely to buy.

    Args:
        forecast: The measure `repurchase_forecast`.

    Returns:
        One bar a band, the most likely on top; customdata is [chance_band].
    """
    counts = forecast["chance_band"].value_counts()
    if counts.empty:
        return theme.empty()
    bands = [band for band in BANDS if band in counts.index]
    ends = dict(zip(BANDS, [*list(BANDS.values())[1:], 1.0], strict=True))
    bars = []
    for band in bands:
        low, high = (format_value(end, "share", compact=True) for end in (BANDS[band], ends[band]))
        told = _("{band}, {low} to {high} · {n} ({share})").format(
            band=label(band),
            low=low,
            high=high,
            n=format_value(int(counts[band]), "count"),
            share=format_value(counts[band] / len(forecast), "share", compact=True),
        )
        hover = f"<b>{label(band)}</b><br>{customers_counted(int(counts[band]))}"
        bars.append(Bar(theme.safe(told[:1].upper() + told[1:]), int(counts[band]), _COLOURS[band], hover, key=(band,)))
    return named_bars(bars, 40 + 56 * len(bars), theme.axis(visible=False, range=[0, 1.04 * int(counts.max())]))


def told_and_bought(groups: pd.DataFrame) -> go.Figure:
    """The chance customers were told against the share who bought, for the forecast that is used.

    Args:
        groups: The measure `repurchase_calibration`.

    Returns:
        One dot a group with its interval; on the dashed line what was told came true.
    """
    used = groups[groups["is_used"]]
    if used.empty:
        return theme.empty(_("No forecast could be tried"))
    chart = theme.figure(380)
    chart.add_trace(
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": theme.GREY, "dash": "dash", "width": 1.5},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    chart.add_trace(
        go.Scatter(
            x=used["told"].tolist(),
            y=used["share"].tolist(),
            mode="markers",
            marker={"size": 10, "color": theme.BLUE},
            error_y={
                "type": "data",
                "array": (used["high"] - used["share"]).tolist(),
                "arrayminus": (used["share"] - used["low"]).tolist(),
                "color": theme.BLUE,
                "thickness": 1.5,
                "width": 4,
            },
            hovertext=[_hover(row) for row in theme.records(used)],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    top = min(1.0, 1.05 * float(max(used["told"].max(), used["high"].max())))
    ticks = theme.round_ticks(top, 0.0, lambda value: format_value(value, "share", compact=True))
    chart.update_layout(
        xaxis=theme.axis(range=[-0.02 * top, 1.02 * top], title={"text": _("Chance told")}, **ticks),
        yaxis=theme.axis(range=[-0.02 * top, 1.02 * top], title={"text": _("Share who bought")}, **ticks),
    )
    return theme.fit(chart)


def _hover(row: dict[str, Any]) -> str:
    bought = _("{bought} of {n} customers bought: {share}").format(
        bought=format_value(row["bought"], "count"),
        n=format_value(row["customers"], "count"),
        share=format_value(row["share"], "share"),
    )
    told = _("Told: {share} on average").format(share=format_value(row["told"], "share"))
    return "<br>".join([told, bought, format_interval(row["low"], row["high"], "share")])
