"""What sets groups of customers apart, trait by trait."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.lines import shortened
from loyalty_metrics.language import _, format_value, label

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "x")
"""Groups differ in their shapes too, for eyes that do not tell the colours apart."""

FURTHEST = 3.0


def need_profiles(traits: pd.DataFrame, names: dict[str, str], currency: str | None = None) -> go.Figure:
    """A line for each trait, with a dot for each group: less than all customers to the left, more to the right.

    Args:
        traits: The measure `need_traits`.
        names: What each group is called.
        currency: Of money.

    Returns:
        One trace a group; customdata is [need]. Differences beyond three standard deviations stand at three.
    """
    rows = traits.dropna(subset=["need"])
    if rows.empty:
        return theme.empty(_("No groups to tell apart"))
    order = rows.groupby("trait", sort=False)["apart"].agg(lambda one: one.max() - one.min())
    places = {trait: place for place, trait in enumerate(order.sort_values(kind="stable").index)}
    first = rows.drop_duplicates("trait").set_index("trait")
    chart = theme.figure(90 + 44 * len(places) + 24 * rows["need"].nunique())
    for number, (need, part) in enumerate(rows.groupby("need", sort=False)):
        chart.add_trace(_dots(part, str(need), names[str(need)], number, places, currency))
    chart.add_vline(x=0, line={"color": theme.GREY, "width": 1, "dash": "dot"}, layer="below")
    edge = max(1.2, min(FURTHEST, rows["apart"].abs().max()) + 0.3)
    ticks = {-2: _("far less"), -1: _("less"), 0: _("as all"), 1: _("more"), 2: _("far more")}
    shown = {at: text for at, text in ticks.items() if abs(at) < edge}
    texts = [theme.safe(trait_name(trait, first.loc[trait, "detail"])) for trait in places]
    chart.update_layout(
        xaxis=theme.axis(range=[-edge, edge], tickvals=list(shown), ticktext=list(shown.values())),
        yaxis=theme.axis(tickvals=list(places.values()), ticktext=texts, range=[-0.6, len(places) - 0.4]),
        legend={"orientation": "v", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False},
        margin={"t": 8 + 22 * rows["need"].nunique()},
    )
    return theme.fit(chart)


def trait_name(trait: str, detail: Any) -> str:
    """A trait in words."""
    if trait in ("main_channel", "second_channel"):
        return shortened(_("Through {channel}").format(channel=detail))
    return label(trait)


def _dots(
    part: pd.DataFrame, need: str, name: str, number: int, places: dict[str, int], currency: str | None
) -> go.Scatter:
    return go.Scatter(
        x=part["apart"].clip(-FURTHEST, FURTHEST).tolist(),
        y=[places[trait] for trait in part["trait"]],
        mode="markers",
        name=theme.safe(name),
        marker={"size": 13, "color": _colour(number), "symbol": _SYMBOLS[number % len(_SYMBOLS)], "opacity": 0.9},
        **theme.PALE_UNSELECTED,
        customdata=[[need]] * len(part),
        hovertext=[_hover(row, name, currency) for row in theme.records(part)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _colour(number: int) -> str:
    colours = (*theme.PALETTE, theme.GREY, "#f0c808")
    return colours[number % len(colours)]


def _hover(row: dict[str, Any], name: str, currency: str | None) -> str:
    value, everybody = (format_value(row[column], row["unit"], currency) for column in ("value", "everybody"))
    return "<br>".join(
        [
            f"<b>{theme.safe(name)}</b>",
            theme.safe(f"{trait_name(row['trait'], row['detail'])}: {value}"),
            _("All customers: {value}").format(value=everybody),
        ]
    )
