"""How good such forecasts were: held against what came, and the scoreboard of those that were published."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import value as charts
from loyalty_metrics.language import _, format_interval, format_value, label, period_label, plain
from loyalty_metrics.scoreboard import scores
from pages._ui import block, cache, links, tables
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section."""
    backtest, weeks, money = cache.measures("value_backtest", "value_tracking", "money_backtest")
    counted = links.choice("counted", ["each_week", "added_up"], _("Orders"))

    def how_to_read() -> None:
        words = _(
            "The forecast knows only what was known at its start. Where the solid line swings around the dashed one, it"
            " is the season; where it drifts away, the forecast is at fault: expect the same of today's."
        )
        if len(weeks.frame) and not weeks.frame["reason"].notna().any():
            st.caption(words)

    block.show(
        view,
        weeks,
        heading=_("What was foretold, and what came"),
        answer=answers.backtest_answer(backtest.frame, money.frame, view.currency),
        figure=charts.tracking(weeks.frame, counted == "added_up"),
        table=how_to_read,
    )
    st.divider()
    block.show(
        view,
        backtest,
        heading=_("Is it right for frequent and for rare customers?"),
        answer=_(
            "Customers by how often they had come back before. **A diamond within the thin line is as right as chance"
            " allows**; above it the forecast promised too much, below it too little."
        ),
        figure=charts.by_frequency(backtest.frame),
    )
    st.divider()
    _scoreboard(view)


def _scoreboard(view: View) -> None:
    """Published forecasts against what came; the workspace is asked anew each time, for keeping changes no version."""
    st.subheader(_("Scoreboard"), anchor=False)
    kept = scores(view.workspace)
    if kept.empty:
        st.info(_("No forecast is kept yet. Keep one under “Orders to expect”: as days go by, its score is here."))
        return
    st.markdown(
        _("Forecasts as they were kept, against what the same customers ordered **up to the last day in the data**.")
    )
    st.markdown(answers.scoreboard_answer(kept))
    rows = kept.to_dict("records")
    tables.static([_score(row, view.currency) for row in rows], alt=_("Scoreboard"))
    with st.popover(_("Put one away")):
        offered = {row["forecast_id"]: _named(row) for row in rows}
        chosen = st.selectbox(_("Forecast"), list(offered), format_func=offered.get, key="forecast.away")
        st.button(_("Put away"), on_click=view.workspace.drop_forecast, args=(chosen,), key="forecast.drop")


def _named(row: Mapping[Any, Any]) -> str:
    return f"{period_label(row['as_of'], 'day')}, {row['who']}"


def _score(row: Mapping[Any, Any], currency: str | None) -> dict[str, str]:
    over = _("{days} of {all}").format(days=format_value(row["days_over"], "count"), all=row["days"])
    return {
        _("Made for"): period_label(row["as_of"], "day"),
        _("By"): plain(row["who"]),
        _("Days over"): over,
        _("Orders foretold"): format_value(row["expected_orders"], "count"),
        _("Foretold by now"): _between(row, "expected_by_now", "by_now", "count"),
        _("Came"): format_value(row["orders_so_far"], "count"),
        _("Orders are"): _verdict(row["verdict"]),
        _("{basis} foretold by now").format(basis=label(row["basis"])): _between(
            row, "value_by_now", "value_by_now", "money", currency
        ),
        _("{basis} that came").format(basis=label(row["basis"])): format_value(
            row["value_so_far"], "money", currency, compact=True
        ),
        _("{basis} is").format(basis=label(row["basis"])): _verdict(row["value_verdict"]),
    }


def _between(row: Mapping[Any, Any], name: str, ends: str, unit: str, currency: str | None = None) -> str:
    if not row["days_over"]:
        return format_value(None, unit)
    interval = format_interval(row[f"{ends}_low"], row[f"{ends}_high"], unit, currency, compact=True)
    told = format_value(row[name], unit, currency, compact=True)
    return told if interval == format_value(None, unit) else f"{told} ({interval})"


def _verdict(verdict: str) -> str:
    words = {"above": _("more than foretold"), "below": _("fewer than foretold")}
    return words.get(verdict) or label(verdict)
