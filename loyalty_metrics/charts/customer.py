"""One customer over time: what happened, the gaps between purchases, the segments they were in, what they buy."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics.charts import theme
from loyalty_metrics.charts.lines import shortened
from loyalty_metrics.language import _, format_value, label, ngettext, or_unknown, period_label

KINDS = ("bought", "refund", "points", "tier", "contact", "complaint", "survey", "referral", "action")
"""Kinds of events, from the top of the picture down."""

MOST_MARKS = 400
"""Events of one kind beyond which a mark stands for a month."""

MOST_GAPS = 120
"""The latest gaps that are drawn; more would be thinner than a line."""

MOST_NAMES = 12

_COLOURS = dict(
    zip(
        KINDS,
        (
            theme.BLUE,
            theme.RED,
            theme.ORANGE,
            theme.GREEN,
            theme.SKY,
            theme.RED,
            theme.PURPLE,
            theme.GREEN,
            theme.GREY,
        ),
        strict=True,
    )
)
_SIGNS = ("circle", "x", "diamond", "triangle-up", "square", "cross", "star", "hexagon", "triangle-right")


def timeline(events: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Every event as a mark on the line of its kind, as large as the money in it.

    Args:
        events: Rows of the measure `customer_events`.
        currency: Of the money.

    Returns:
        One trace a kind. Where a kind has very many events, a mark is a month with the number and money of its events.
    """
    present = [kind for kind in KINDS if (events["kind"] == kind).any()]
    if not present:
        return theme.empty(_("Nothing happened"))
    chart = theme.figure(max(170, 46 * len(present) + 70))
    largest = float(events["money"].abs().max()) if events["money"].notna().any() else 0.0
    for kind in present:
        of_kind = events[events["kind"] == kind]
        marks = _months(of_kind) if len(of_kind) > MOST_MARKS else of_kind.assign(events=1)
        chart.add_trace(_marks(marks, kind, largest, currency))
    first, last = events["on_day"].min(), events["on_day"].max()
    # A single day would have no width; two weeks beside it also keep marks off the edges.
    beside = max(pd.Timedelta(days=14), (last - first) / 25)
    chart.update_layout(
        showlegend=False,
        margin={"t": 8},
        yaxis=theme.axis(tickvals=present, ticktext=[label(k) for k in present], autorange="reversed", type="category"),
        xaxis=theme.axis(type="date", range=[first - beside, last + beside]),
    )
    return theme.fit(chart)


def _months(events: pd.DataFrame) -> pd.DataFrame:
    """The events of each month together, on its middle."""
    month = events["on_day"].dt.to_period("M").dt.start_time
    sums = events.groupby(month, as_index=False).agg(money=("money", "sum"), events=("kind", "size"))
    days = pd.Series(sorted(month.unique()), name="on_day")
    return sums.assign(on_day=days + pd.Timedelta(days=14), words=[period_label(day, "month") for day in days])


def _marks(marks: pd.DataFrame, kind: str, largest: float, currency: str | None) -> go.Scatter:
    money = marks["money"].abs().astype("float64").fillna(0).to_numpy()
    largest = max(largest, float(money.max(initial=0)))
    # The area of a mark tells the money.
    size = 7 + (17 * np.sqrt(money / largest) if largest > 0 else 0 * money)
    return go.Scatter(
        x=marks["on_day"],
        y=[kind] * len(marks),
        mode="markers",
        name=label(kind),
        marker={
            "size": size,
            "color": theme.faded(_COLOURS[kind], 0.65),
            "symbol": _SIGNS[KINDS.index(kind)],
            "line": {"width": 0},
        },
        hovertext=[_told(row, kind, currency) for row in theme.records(marks)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(row: dict[str, Any], kind: str, currency: str | None) -> str:
    n = int(row["events"])
    head = f"<b>{theme.safe(label(kind))}</b>"
    if n > 1:
        count = ngettext("{n} event", "{n} events", n).format(n=format_value(n, "count"))
        parts = [f"{head} · {theme.safe(row['words'])}", count]
    else:
        parts = [f"{head} · {theme.safe(period_label(row['on_day'], 'day'))}"]
        parts += [theme.safe(shortened_text(row["words"]))] if isinstance(row["words"], str) else []
    if row["money"] == row["money"] and row["money"]:
        parts.append(theme.safe(format_value(row["money"], "money", currency)))
    return "<br>".join(parts)


def shortened_text(text: str, most: int = 80) -> str:
    """A text that fits into a hover label."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def gaps(gaps_of_one: pd.DataFrame, days_away: int, usual: float, as_of: Any) -> go.Figure:
    """The days between purchases, one bar each, and last the days the customer is away now.

    Args:
        gaps_of_one: The measure `customer_gaps`.
        days_away: Days since the last purchase.
        usual: The median of all gaps, also those too old to be drawn.
        as_of: The day of that.
    """
    drawn = gaps_of_one.tail(MOST_GAPS)
    days = [*drawn["gap_days"].astype("int64").tolist(), int(days_away)]
    told = [
        _("<b>{days}</b> until {date}").format(
            days=theme.safe(format_value(gap, "days")), date=period_label(day, "day")
        )
        for gap, day in zip(drawn["gap_days"], drawn["on_day"], strict=True)
    ]
    told.append(
        _("<b>{days}</b> away by {date}").format(days=format_value(days_away, "days"), date=period_label(as_of, "day"))
    )
    chart = theme.figure(240)
    chart.add_trace(
        go.Bar(
            x=list(range(len(days))),
            y=days,
            marker={"color": [theme.BLUE] * len(drawn) + [theme.ORANGE], "line": {"width": 0}},
            hovertext=told,
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    chart.add_hline(y=usual, line={"color": theme.HATCH, "dash": "dot", "width": 2})
    chart.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        xshift=4,
        y=usual,
        text=_("usual:<br>{days}").format(days=theme.safe(format_value(usual, "days"))),
        align="left",
        showarrow=False,
    )
    chart.add_annotation(
        x=len(days) - 1,
        y=max(days[-1], usual),
        yanchor="bottom",
        text=_("now"),
        showarrow=False,
        font={"color": theme.ORANGE, "size": 13},
    )
    highest = max(days)
    chart.update_layout(
        margin={"t": 22, "r": 70},
        xaxis=theme.axis(showticklabels=False, showgrid=False),
        yaxis=theme.axis(
            title={"text": _("Days between purchases")},
            **theme.round_ticks(highest, 0, lambda value: format_value(value, "count")),
        ),
    )
    return theme.fit(chart)


def segment_history(months: pd.DataFrame) -> go.Figure:
    """The segment at the end of each month, best on top.

    Args:
        months: Rows of `customer_months` with `segment`.
    """
    known = months[months["segment"].notna()]
    if known.empty:
        return theme.empty(_("No purchase in the window yet"))
    order = list(theme.SEGMENT_COLOURS)
    names = sorted(known["segment"].unique(), key=lambda name: order.index(name) if name in order else len(order))
    chart = theme.figure(max(180, 44 * len(names) + 80))
    chart.add_trace(
        go.Scatter(
            x=known["on_day"],
            y=known["segment"],
            mode="lines+markers",
            line={"shape": "hv", "color": theme.HATCH, "width": 2},
            marker={"size": 13, "color": [theme.segment_colour(name) for name in known["segment"]]},
            hovertext=[
                f"<b>{theme.safe(label(row['segment']))}</b><br>{theme.safe(period_label(row['on_day'], 'day'))}"
                for row in theme.records(known)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    chart.update_layout(
        margin={"t": 8},
        yaxis=theme.axis(
            type="category",
            categoryorder="array",
            categoryarray=names[::-1],
            tickvals=names,
            ticktext=[theme.safe(label(name)) for name in names],
        ),
        xaxis=theme.axis(type="date"),
    )
    return theme.fit(chart)


def bought(rows: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """What most money went to, and what of it came back.

    Args:
        rows: Rows of `customer_bought` of one attribute.
        currency: Of the money.
    """
    top = rows.sort_values("sold", ascending=False, kind="stable").head(MOST_NAMES)
    top = top[top["sold"] > 0]
    if top.empty:
        return theme.empty(_("Nothing was sold"))
    names = [theme.safe(shortened(or_unknown(name))) for name in top["name"]]
    places = list(range(len(top)))
    chart = theme.figure(30 * len(top) + 90)
    sold = top["sold"].astype("float64")
    # More than was sold under a name can come back under it, where refunds do not say of what they are.
    back = top["taken_back"].astype("float64").clip(0, sold)
    for column, width, text, colour in (
        ("net", sold - back, _("Kept"), theme.BLUE),
        ("taken_back", back, _("Came back"), theme.RED),
    ):
        chart.add_trace(
            go.Bar(
                x=width,
                y=places,
                orientation="h",
                name=text,
                marker={"color": colour, "line": {"width": 0}},
                hovertext=[_bought_told(row, column, text, currency) for row in theme.records(top)],
                hovertemplate="%{hovertext}<extra></extra>",
                showlegend=bool(back.sum()),
            )
        )
    highest = float(top["sold"].max())
    chart.update_layout(
        barmode="stack",
        yaxis=theme.axis(tickvals=places, ticktext=names, autorange="reversed", showgrid=False),
        xaxis=theme.axis(**theme.round_ticks(highest, 0, lambda v: format_value(v, "money", currency, compact=True))),
    )
    return theme.fit(chart)


def _bought_told(row: dict[str, Any], column: str, text: str, currency: str | None) -> str:
    orders = ngettext("{n} order", "{n} orders", int(row["orders"])).format(n=format_value(row["orders"], "count"))
    money = theme.safe(format_value(row[column], "money", currency))
    return f"<b>{theme.safe(or_unknown(row['name']))}</b><br>{theme.safe(text)}: {money}<br>{orders}"
