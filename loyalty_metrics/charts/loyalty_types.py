"""Why customers come: what each type is of all customers, and what it brings."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.shares import share_pairs
from loyalty_metrics.language import _, format_value, label, ngettext

COLOURS = {
    "trust": theme.GREEN,
    "monopoly": theme.PURPLE,
    "interest": theme.ORANGE,
    "kinship": theme.SKY,
    "inertia": theme.BLUE,
    "trust or inertia": "#4d9db0",
    "latent": "#5cc4a3",
    "none": theme.RED,
    "latent or none": "#a08bb3",
}
"""Those who come often are green to blue; a type of the user's own is grey."""


def type_bars(types: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Each type's share of customers beside its share of revenue.

    Args:
        types: The measure `loyalty_types`.
        currency: Of the revenue.

    Returns:
        Two bars a type that holds customers, in the order of the rules; customdata is [loyalty_type].
    """
    held = types[types["customers"] > 0]
    if held.empty:
        return theme.empty()
    colours = [COLOURS.get(name, theme.GREY) for name in held["loyalty_type"]]
    return share_pairs(held, "loyalty_type", colours, [_hover(row, currency) for row in theme.records(held)])


def _hover(row: dict[str, Any], currency: str | None) -> str:
    answered = ngettext("{n} of them answered a survey", "{n} of them answered a survey", row["answered"])
    lines = (
        f"<b>{theme.safe(label(row['loyalty_type']))}</b>",
        customers_counted(row["customers"]),
        _("{money} in all").format(money=format_value(row["revenue"], "money", currency)),
        _("{n} purchases on average").format(n=format_value(row["occasions"] / row["customers"], "number")),
        answered.format(n=format_value(row["answered"], "count")),
    )
    return "<br>".join(lines)
