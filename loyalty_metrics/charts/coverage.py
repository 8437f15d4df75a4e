"""How much of the range customers buy, and who comes back after equally many purchases."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted, out_of
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext

KINDS = {"one category": theme.GREY, "several categories": theme.BLUE}
MOST_NAMED = 12
"""So many numbers of categories have room for their shares and for a tick each."""

APART = 0.09
"""Half the distance between the two kinds after as many purchases, so that their intervals do not lie on each other."""


def category_bars(frame: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Customers by the number of categories they buy in.

    Args:
        frame: Rows of one group of the measure `categories_bought`.
        currency: Of the revenue.

    Returns:
        Share of customers beside share of revenue, a pair of bars a number; customdata is [categories].
    """
    known = frame[frame["categories"].notna()]
    if known.empty:
        return theme.empty(_("No category is known here"))
    chart, has_room = theme.figure(360), len(known) <= MOST_NAMED
    looks = (
        ("customer_share", _("Share of customers"), theme.faded(theme.GREY, 0.6)),
        ("revenue_share", _("Share of revenue"), theme.BLUE),
    )
    for column, name, colour in looks:
        chart.add_trace(
            go.Bar(
                x=known["categories"].astype("int64").tolist(),
                y=known[column].astype("float64").tolist(),
                name=name,
                marker={"color": colour, "line": {"width": 0}},
                text=[format_value(share, "share", compact=True) for share in known[column]] if has_room else None,
                textposition="outside",
                textfont={"color": theme.INK},
                cliponaxis=False,
                **theme.PALE_UNSELECTED,
                **theme.STEADY_TEXT,
                customdata=[[int(number)] for number in known["categories"]],
                hovertext=[_category_hover(row, currency) for row in theme.records(known)],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    top = float(known[["customer_share", "revenue_share"]].astype("float64").max().max())
    numbers = known["categories"].astype("int64").tolist()
    ticks = {"tickvals": numbers, "ticktext": numbers} if has_room else {}
    chart.update_layout(
        barmode="group",
        xaxis=theme.axis(title={"text": _("Categories bought in")}, showgrid=False, **ticks),
        yaxis=theme.axis(visible=False, range=[0, 1.15 * max(top, 0.01)]),
    )
    return theme.fit(chart)


def repeat_by_coverage(frame: pd.DataFrame) -> go.Figure:
    """Who comes again after equally many purchases: those of one category against those of several.

    Args:
        frame: The measure `coverage_repeat`.

    Returns:
        A point with its interval for each number of purchases and kind; customdata is [purchases, kind].
    """
    if frame.empty:
        return theme.empty(_("Nobody has been a customer for long enough yet"))
    chart = theme.figure(380)
    for (kind, colour), aside in zip(KINDS.items(), (-APART, APART), strict=True):
        mine = frame[frame["kind"] == kind]
        chart.add_trace(
            go.Scatter(
                x=(mine["purchases"] + aside).tolist(),
                y=mine["retention"].tolist(),
                mode="markers",
                name=label(kind),
                marker={"size": 11, "color": colour},
                error_y={
                    "type": "data",
                    "array": (mine["high"] - mine["retention"]).tolist(),
                    "arrayminus": (mine["retention"] - mine["low"]).tolist(),
                    "color": theme.faded(colour, 0.6),
                    "thickness": 3,
                    "width": 0,
                },
                **theme.PALE_UNSELECTED,
                customdata=[[int(row["purchases"]), kind] for row in theme.records(mine)],
                hovertext=[_repeat_hover(row) for row in theme.records(mine)],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    numbers = sorted(set(frame["purchases"]))
    chart.update_layout(
        xaxis=theme.axis(title={"text": _("Purchases made")}, showgrid=False, tickvals=numbers, ticktext=numbers),
        yaxis=theme.axis(title={"text": _("Came again in time")}, tickformat=".0%", rangemode="tozero"),
    )
    return theme.fit(chart)


def _category_hover(row: dict[str, Any], currency: str | None) -> str:
    number = ngettext("{n} category", "{n} categories", row["categories"])
    lines = (
        f"<b>{number.format(n=format_value(row['categories'], 'count'))}</b>",
        customers_counted(row["customers"]),
        _("{money} in all").format(money=format_value(row["revenue"], "money", currency)),
        _("{n} purchases on average").format(n=format_value(row["mean_frequency"], "number")),
    )
    return "<br>".join(lines)


def _repeat_hover(row: dict[str, Any]) -> str:
    made = ngettext("after {n} purchase", "after {n} purchases", row["purchases"])
    lines = (
        f"{theme.safe(label(row['kind']))}, {made.format(n=format_value(row['purchases'], 'count'))}",
        f"<b>{format_value(row['retention'], 'share')}</b> {_('came again in time')}",
        format_interval(row["low"], row["high"], "share"),
        out_of(row),
    )
    return "<br>".join(lines)
