"""Share of wallet: how many customers spend which part of their money here."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.language import _, format_value

METHODS = {"spend": theme.BLUE, "rank": theme.SKY}


def fifth_words(fifth: int) -> str:
    """The range of shares that a fifth stands for."""
    low, high = (format_value(end / 5, "share", compact=True) for end in (fifth - 1, fifth))
    return _("{low} to {high}").format(low=low, high=high)


def wallet_bars(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Customers by fifths of their wallet.

    Args:
        frame: Rows of the measure `wallet_fifths`.
        currency: Of the money.

    Returns:
        A bar a fifth, by spend beside by rank; customdata is [method, fifth].
    """
    if frame.empty:
        return theme.empty(_("Nobody has said what they buy elsewhere"))
    chart = theme.figure(320)
    names = {"spend": _("Told by what they spend"), "rank": _("Told by rank")}
    for method, colour in METHODS.items():
        mine = frame[frame["method"] == method]
        if mine.empty:
            continue
        chart.add_trace(
            go.Bar(
                x=mine["fifth"].tolist(),
                y=mine["customers"].tolist(),
                name=names[method],
                marker={"color": colour, "line": {"width": 0}},
                text=[format_value(n, "count", compact=True) for n in mine["customers"]],
                textposition="outside",
                cliponaxis=False,
                textfont={"color": theme.INK},
                **theme.PALE_UNSELECTED,
                **theme.STEADY_TEXT,
                customdata=[[method, int(fifth)] for fifth in mine["fifth"]],
                hovertext=[_hover(row, currency) for row in theme.records(mine)],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    fifths = [1, 2, 3, 4, 5]
    chart.update_layout(
        barmode="group",
        xaxis=theme.axis(
            title={"text": _("Part of their money for such goods that they spend here")},
            showgrid=False, tickvals=fifths, ticktext=[fifth_words(fifth) for fifth in fifths], range=[0.4, 5.6],
        ),
        yaxis=theme.axis(visible=False, range=[0, 1.15 * int(frame["customers"].max())]),
    )  # fmt: skip
    return theme.fit(chart)


def _hover(row: dict[str, Any], currency: str | None) -> str:
    lines = [f"<b>{fifth_words(row['fifth'])}</b>", customers_counted(row["customers"])]
    if row["method"] == "spend":
        money = format_value(row["spend_elsewhere"], "money", currency)
        lines.append(_("{money} spent elsewhere in the time they were asked about").format(money=money))
    lines.append(_("{money} spent here in all").format(money=format_value(row["revenue"], "money", currency)))
    return "<br>".join(lines)
