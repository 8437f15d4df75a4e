"""Next purchase: who buys again, how well that is foretold, what tells it, and whom not to lose."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers, export
from loyalty_metrics.charts import repurchase as charts
from loyalty_metrics.language import _, format_value, label
from loyalty_metrics.measures.repurchase import BANDS
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, listing, tables, workspaces
from pages._ui.view import View

SHOWN = ["customer_id", "at_stake", "year_spend", "chance_to_buy", "days_silent", "usual_gap", "repeats"]


def show(view: View) -> None:
    """Draw the section."""
    with st.spinner(_("Learning from the past, and trying it on the last period …"), show_time=True):
        (forecast,) = cache.measures("repurchase_forecast")
        evaluation, groups = cache.measures("repurchase_evaluation", "repurchase_calibration")
    bands = [band for band in reversed(BANDS) if (forecast.frame["chance_band"] == band).any()]
    block.show(
        view,
        forecast,
        heading=_("Who will buy again?"),
        answer=answers.repurchase_answer(forecast.frame),
        figure=charts.chance_bands(forecast.frame) if bands else None,
        table=lambda: _churn(forecast.frame),
        pick=("chance_band",),
        cells={"chance_band": bands} if bands else {},
    )
    st.divider()
    _at_risk(view, forecast)
    st.divider()
    tested = bool(groups.frame["is_used"].any())
    block.show(
        view,
        groups,
        heading=_("How good was it last time?"),
        answer=answers.tested_answer(groups.frame, evaluation.frame),
        figure=charts.told_and_bought(groups.frame) if tested else None,
        table=_dots if tested else None,
    )
    if not tested:
        return
    st.divider()
    block.show(
        view,
        evaluation,
        heading=_("Which forecast is used?"),
        answer=answers.method_answer(evaluation.frame),
        table=lambda: _methods(evaluation.frame),
    )
    st.divider()
    _drivers(view)


def _churn(forecast: pd.DataFrame) -> None:
    days = forecast["days_ahead"].dropna()
    if len(days):
        words = _(
            "Churn here is no purchase within {days}: nine in ten gaps between purchases are no longer, unless the days"
            " were chosen. No season and no campaign to come is in it."
        )
        st.caption(words.format(days=format_value(int(days.iloc[0]), "days")))


def _at_risk(view: View, forecast: Result) -> None:
    """Who spent in the last year and is likelier not to buy than to buy, the most at stake first."""
    frame = forecast.frame
    risky = frame[(frame["chance_to_buy"] < 0.5) & (frame["at_stake"] > 0)].sort_values(
        ["at_stake", "customer_id"], ascending=[False, True]
    )
    source = listing.of(
        risky[SHOWN].reset_index(drop=True),
        forecast.card.units,
        f"at_risk_{view.scope.as_of}",
        {"workspace": workspaces.title(view.name)} | export.about(forecast),
        told=_("the most at stake first"),
    )

    def table() -> None:
        if len(risky):
            listing.show(view, source, "at_risk")
            st.caption(_("At stake: what they spent in the last 365 days, times the chance that they do not buy."))

    block.show(
        view,
        forecast,
        heading=_("Who may be lost, and is worth most?"),
        answer=answers.at_risk_answer(risky, view.currency),
        table=table,
        cells={},
        key="repurchase.at_risk",
    )


def _dots() -> None:
    st.caption(
        _(
            "Each dot is about a tenth of the customers, by the chance told from what was known before the last"
            " period; the thin line is the 95% interval of the share who then bought. On the dashed line it came as"
            " told; above it more bought than told, below it fewer."
        )
    )


def _methods(evaluation: pd.DataFrame) -> None:
    tables.static([_scores(row) for row in evaluation.to_dict("records")], alt=_("How each forecast did"))
    st.caption(
        _(
            "Error: mean squared difference of chance told and what happened (Brier score), of 100; 0 is perfect."
            " Pairs told right (AUC): 50 is blind, 100 perfect. Of two that are about as exact, the simpler is used."
        )
    )


def _scores(row: Mapping[Any, Any]) -> dict[str, str]:
    return {
        _("Forecast from"): label(row["forecast_from"]),
        _("Used"): _("yes") if row["is_used"] else "",
        _("Error, of 100"): _within(row, "brier", 100),
        _("Pairs told right, of 100"): _within(row, "auc", 100),
        _("Buyers in the top tenth, times as many"): _within(row, "lift", 1),
    }


def _within(row: Mapping[Any, Any], name: str, times: float) -> str:
    if row[name] != row[name]:
        return format_value(None, "number")
    value, low, high = (format_value(times * row[each], "number") for each in (name, f"{name}_low", f"{name}_high"))
    return _("{value} ({low} to {high})").format(value=value, low=low, high=high)


def _drivers(view: View) -> None:
    (drivers,) = cache.measures("repurchase_drivers")

    def table() -> None:
        rows = [
            {
                _("What is known"): label(row["driver"]),
                _("Share of what can be told"): format_value(row["share"], "share", compact=True),
                _("Beyond chance"): _("yes") if row["low"] > 0 else _("no"),
            }
            for row in drivers.frame.to_dict("records")
        ]
        with st.expander(_("One by one")):
            tables.static(rows, alt=_("What tells who buys again"))
        st.caption(
            _(
                "Measured by dealing each out anew among the customers of the last test, and seeing how much the"
                " forecast from everything known loses. It says what that one goes by, not what makes customers buy."
            )
        )

    block.show(
        view,
        drivers,
        heading=_("What tells it?"),
        answer=answers.drivers_answer(drivers.frame),
        table=table,
    )
