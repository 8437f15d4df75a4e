"""What customers are worth: how that moved, in which groups it lies, what to expect, and how such forecasts went."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from loyalty_metrics import sentences as say
from loyalty_metrics.charts import theme
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.charts.lines import shortened
from loyalty_metrics.charts.named_bars import Bar, named_bars
from loyalty_metrics.language import _, format_interval, format_value, label, period_label

MOST_GROUPS = 15
"""Groups drawn, the most valuable; the file holds all."""

_COLOURS = {"relearnt": theme.GREY, "newly_won": theme.NEW}


def bridge(parts: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """From the value before to the value now, reason by reason.

    Args:
        parts: The measure `base_value`.
        currency: Of the value.

    Returns:
        One bar a part, each reason beginning where the one before ended, its name over it.
    """
    if parts.empty or parts["value"].isna().any():
        return theme.empty(_("There is no value to compare with"))
    bars: list[Bar] = []
    level = 0.0
    for row in theme.records(parts):
        is_total = row["part"] in ("base_before", "base_now")
        if not is_total and not row["customers"]:
            continue
        start = 0.0 if is_total else level
        level = row["value"] + start
        told = f"{theme.safe(_part_name(row))} · <b>{theme.safe(_amount(row['value'], currency, not is_total))}</b>"
        bars.append(Bar(told, row["value"], _colour(row, is_total), _part_hover(row, is_total, currency), start))
    return named_bars(bars, 36 + 46 * len(bars), _money_axis(bars, currency))


def _colour(row: dict[str, Any], is_total: bool) -> str:
    if is_total:
        return theme.BLUE
    return _COLOURS.get(row["part"], theme.GREEN if row["value"] >= 0 else theme.RED)


def _part_name(row: dict[str, Any]) -> str:
    name = label(row["part"])
    return name if pd.isna(row["on_day"]) else f"{name}, {period_label(row['on_day'], 'day')}"


def _amount(value: float, currency: str | None, signed: bool) -> str:
    text = format_value(abs(value) if signed else value, "money", currency, compact=True)
    return ("+" if value >= 0 else "−") + text if signed else text


def _part_hover(row: dict[str, Any], is_total: bool, currency: str | None) -> str:
    told = [theme.safe(_part_name(row)), f"<b>{theme.safe(_amount(row['value'], currency, not is_total))}</b>"]
    if is_total:
        told.append(format_interval(row["low"], row["high"], "money", currency, compact=True))
    return "<br>".join([*told, customers_counted(int(row["customers"]))])


def _money_axis(bars: Sequence[Bar], currency: str | None) -> dict[str, Any]:
    ends = [0.0, *(end for bar in bars for end in (bar.start, bar.start + bar.length))]
    highest, lowest = max(ends), min(ends)
    ticks = theme.round_ticks(highest, lowest, lambda value: format_value(value, "money", currency, compact=True))
    return theme.axis(range=[1.04 * lowest, 1.06 * highest or 1], **ticks)


def group_values(groups: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """The value of the groups of one attribute.

    Args:
        groups: Rows of the measure `value_by_group` with one attribute.
        currency: Of the value.

    Returns:
        One bar for each of the 15 most valuable groups, in the order of the measure, its name and figures over it;
        customdata is [group].
    """
    known = groups.dropna(subset=["value"])
    shown = known[known["value"].rank(ascending=False, method="first") <= MOST_GROUPS]
    if shown.empty:
        return theme.empty()
    bars = [
        Bar(_group_told(row, currency), row["value"], theme.BLUE, _group_hover(row, currency), key=(row["group_name"],))
        for row in theme.records(shown)
    ]
    return named_bars(bars, 36 + 46 * len(bars), _money_axis(bars, currency))


def _group_told(row: dict[str, Any], currency: str | None) -> str:
    value, each = (
        theme.safe(format_value(row[name], "money", currency, compact=True)) for name in ("value", "mean_value")
    )
    told = _("<b>{value}</b>, {each} a customer").format(value=value, each=each)
    return f"{theme.safe(shortened(say.group_name(row)))} · {told}"


def _group_hover(row: dict[str, Any], currency: str | None) -> str:
    return "<br>".join(
        [
            theme.safe(say.group_name(row)),
            f"<b>{theme.safe(format_value(row['value'], 'money', currency))}</b>",
            format_interval(row["low"], row["high"], "money", currency, compact=True),
            customers_counted(int(row["customers"])),
        ]
    )


def orders_ahead(expected: pd.DataFrame) -> go.Figure:
    """Orders of today's customers, added up over the year ahead, with where they should lie.

    Args:
        expected: The measure `expected_orders`.
    """
    if expected.empty:
        return theme.empty(_("Nobody has come back yet, so no orders can be foretold"))
    weeks = [0, *expected["weeks"].tolist()]
    chart = theme.figure(320)
    known = expected["likely_low"].notna().all()
    if known:
        edge: dict[str, Any] = {"x": weeks, "mode": "lines", "hoverinfo": "skip", "showlegend": False}
        edge |= {"line": {"width": 0}}
        chart.add_trace(go.Scatter(y=[0.0, *expected["likely_low"]], **edge))
        band = theme.faded(theme.BLUE, 0.2)
        chart.add_trace(go.Scatter(y=[0.0, *expected["likely_high"]], fill="tonexty", fillcolor=band, **edge))
    chart.add_trace(
        go.Scatter(
            x=weeks,
            y=[0.0, *expected["orders"]],
            mode="lines+markers",
            line={"color": theme.BLUE, "width": 3},
            marker={"size": [0, *([8] * len(expected))]},
            hovertext=["", *(_ahead_hover(row) for row in theme.records(expected))],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    )
    top = float(expected["likely_high" if known else "orders"].max())
    ticks = theme.round_ticks(top, 0, lambda value: format_value(value, "count", compact=True))
    chart.update_layout(
        xaxis=theme.axis(
            range=[0, 53], tickvals=[0, 4, 13, 26, 39, 52], title={"text": _("Weeks from now")}, showgrid=False
        ),
        yaxis=theme.axis(title={"text": _("Orders, added up")}, range=[0, 1.05 * top or 1], **ticks),
        margin={"t": 8},
    )
    return theme.fit(chart)


def _ahead_hover(row: dict[str, Any]) -> str:
    told = _("<b>{orders}</b> orders within {weeks} weeks").format(
        orders=format_value(row["orders"], "count"), weeks=format_value(row["weeks"], "count")
    )
    return f"{told}<br>{format_interval(row['likely_low'], row['likely_high'], 'count')}"


def tracking(weeks: pd.DataFrame, added_up: bool) -> go.Figure:
    """What was foretold at the cut and what came, in each week or added up.

    Args:
        weeks: The measure `value_tracking`.
        added_up: Since the cut, instead of week by week.
    """
    if weeks.empty or weeks["expected"].isna().any():
        return theme.empty(_("There is no forecast to follow"))
    ending = "_total" if added_up else ""
    chart = theme.figure(320)
    for name, title, colour, dash in (
        (f"expected{ending}", _("Foretold"), theme.ORANGE, "dash"),
        (f"actual{ending}", _("Came"), theme.BLUE, "solid"),
    ):
        chart.add_trace(
            go.Scatter(
                x=weeks["on_day"].tolist(),
                y=weeks[name].astype("float64").tolist(),
                mode="lines",
                name=title,
                line={"color": colour, "width": 3, "dash": dash},
                hovertext=[
                    f"{theme.safe(period_label(day, 'day'))}<br>{title}: <b>{format_value(value, 'count')}</b>"
                    for day, value in zip(weeks["on_day"], weeks[name], strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    top = float(weeks[[f"expected{ending}", f"actual{ending}"]].to_numpy("float64").max())
    ticks = theme.round_ticks(top, 0, lambda value: format_value(value, "count", compact=True))
    days = weeks["on_day"].iloc[:: max(1, -(-len(weeks) // 5))].tolist()
    chart.update_layout(
        xaxis=theme.axis(showgrid=False, tickvals=days, ticktext=[period_label(day, "month") for day in days]),
        yaxis=theme.axis(
            title={"text": _("Orders since then") if added_up else _("Orders in the week")},
            range=[0, 1.08 * top or 1],
            **ticks,
        ),
    )
    return theme.fit(chart)


def by_frequency(backtest: pd.DataFrame) -> go.Figure:
    """Mean purchases after the cut by repeats before it: what was foretold, and what came with its interval.

    Args:
        backtest: The measure `value_backtest`.
    """
    rows = theme.records(backtest[backtest["repeats"].notna()])
    if not rows or any(row["expected"] != row["expected"] for row in rows):
        return theme.empty(_("There is no forecast to follow"))
    last = max(int(row["repeats"]) for row in rows)
    names = [_("{n}+").format(n=last) if row["repeats"] == last else str(int(row["repeats"])) for row in rows]
    chart = theme.figure(340)
    told = [_frequency_hover(row) for row in rows]
    common: dict[str, Any] = {"x": names, "hovertext": told, "hovertemplate": "%{hovertext}<extra></extra>"}
    chart.add_trace(
        go.Bar(
            y=[row["actual"] for row in rows],
            name=_("Came"),
            marker={"color": theme.BLUE, "line": {"width": 0}},
            error_y={
                "type": "data",
                "array": [row["high"] - row["actual"] for row in rows],
                "arrayminus": [row["actual"] - row["low"] for row in rows],
                "color": theme.GREY,
                "thickness": 2,
            },
            **common,
        )
    )
    chart.add_trace(
        go.Scatter(
            y=[row["expected"] for row in rows],
            name=_("Foretold"),
            mode="markers",
            marker={"size": 12, "color": theme.ORANGE, "symbol": "diamond", "line": {"width": 1, "color": "white"}},
            **common,
        )
    )
    chart.update_layout(
        xaxis=theme.axis(type="category", showgrid=False, title={"text": _("Repeat orders before")}),
        yaxis=theme.axis(title={"text": _("Orders a customer, since")}, rangemode="tozero"),
    )
    return theme.fit(chart)


def _frequency_hover(row: dict[str, Any]) -> str:
    return "<br>".join(
        [
            customers_counted(int(row["customers"])),
            _("came: <b>{n}</b> ({interval})").format(
                n=format_value(row["actual"], "number"), interval=format_interval(row["low"], row["high"], "number")
            ),
            _("foretold: <b>{n}</b>").format(n=format_value(row["expected"], "number")),
        ]
    )
