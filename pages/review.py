"""Overview: how the business stands, in one sentence, five numbers and two pictures."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import block, empty, key_figures, present, tables
from pages._ui.cache import measures
from pages._ui.report import take_away
from pages._ui.retention import flow as flow_section

view = empty.stop_without_data()
present.stop_if_on(view)
grain, currency = view.scope.grain, view.currency

st.title(_("How are we doing?"), anchor=False)
revenue, flow, repeat, counts = measures("revenue_by_period", "customer_flow", "repeat_purchase_rate", "what_counts")
empty.stop_without_customers(revenue.frame["customers"])

st.markdown(answers.overview_answer(revenue.frame, repeat.frame, flow.frame, currency, grain))
complete = revenue.frame[revenue.frame["state"] == "complete"]
if len(complete):
    figures = key_figures.of_business(revenue.frame, flow.frame)
    key_figures.show(figures, complete["period"].iloc[-1], grain, currency)
else:
    st.info(_("No period is complete yet at this as-of date; choose a shorter period or a later day."))

left, right = st.columns(2, gap="large")
with left:
    block.show(
        view,
        revenue,
        heading=_("Where does revenue come from?"),
        figure=charts.revenue_by_period(revenue.frame, grain, currency),
        pick=("period",),
    )
with right:
    flow_section.over_time(view, flow, answers.flow_answer(flow.frame, grain))


def what_counts() -> None:
    """Every order that was loaded, by whether it counts."""
    rows = [
        {
            _("Orders that are"): label(row["kind"]),
            _("Orders"): format_value(row["orders"], "count"),
            _("Revenue"): format_value(row["revenue"], "money", currency),
            _("Share of orders"): format_value(row["share"], "share"),
        }
        for row in counts.frame.to_dict("records")
    ]
    tables.static(rows, alt=_("Orders by whether they count"))


counted = counts.frame.loc[counts.frame["kind"] == "counted", "share"].sum()
told = _("**{share}** of all loaded orders make a purchase; the rest is listed with its reason, so nothing is hidden.")
block.show(
    view,
    counts,
    heading=_("What counts and what does not"),
    answer=told.format(share=plain(format_value(counted, "share"))),
    table=what_counts,
)
take_away.show(view)
present.button()
