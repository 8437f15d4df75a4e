"""The longer view under the weekly review: revenue and customers by period, and what counts at all."""

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import block, tables
from pages._ui.actions import marks
from pages._ui.cache import measures
from pages._ui.retention import flow as flow_section
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section."""
    grain, currency = view.scope.grain, view.currency
    revenue, flow, repeat, counts = measures(
        "revenue_by_period", "customer_flow", "repeat_purchase_rate", "what_counts"
    )
    st.subheader(_("The longer view"), anchor=False)
    st.markdown(answers.overview_answer(revenue.frame, repeat.frame, flow.frame, currency, grain))
    left, right = st.columns(2, gap="large")
    with left:
        block.show(
            view,
            revenue,
            heading=_("Where does revenue come from?"),
            figure=marks.on(view, charts.revenue_by_period(revenue.frame, grain, currency), revenue.frame["period"]),
            pick=("period",),
        )
    with right:
        flow_section.over_time(view, flow, answers.flow_answer(flow.frame, grain))
    told = _(
        "**{share}** of all loaded orders make a purchase; the rest is listed with its reason, so nothing is hidden."
    )
    counted = counts.frame.loc[counts.frame["kind"] == "counted", "share"].sum()
    block.show(
        view,
        counts,
        heading=_("What counts and what does not"),
        answer=told.format(share=plain(format_value(counted, "share"))),
        table=lambda: _what_counts(counts.frame, currency),
    )


def _what_counts(counts: pd.DataFrame, currency: str | None) -> None:
    """Every order that was loaded, by whether it counts."""
    rows = [
        {
            _("Orders that are"): label(row["kind"]),
            _("Orders"): format_value(row["orders"], "count"),
            _("Revenue"): format_value(row["revenue"], "money", currency),
            _("Share of orders"): format_value(row["share"], "share"),
        }
        for row in counts.to_dict("records")
    ]
    tables.static(rows, alt=_("Orders by whether they count"))
