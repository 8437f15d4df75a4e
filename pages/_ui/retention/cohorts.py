"""Cohort by cohort: who came when, how many of them came back, and which cells stand out."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.charts.cohort_table import EDGE_MARK
from loyalty_metrics.language import _
from pages._ui import block, links
from pages._ui.cache import measures
from pages._ui.view import View

VALUES = ("retention", "revenue_retention", "orders_per_customer", "cumulative_revenue_per_customer")


def show(view: View) -> None:
    """Draw the cohort table."""
    scope = view.scope
    (cohorts,) = measures("cohort_retention")
    value = links.choice("shown", VALUES, _("Shown in the cells"))
    smoothed = value == "retention" and links.switch(
        "smoothed",
        _("Smooth small cohorts"),
        _(
            "Draws each cohort towards all cohorts of its age, the more the fewer customers it has: a better guess"
            " of how it truly is than a small cohort's own count."
        ),
    )
    block.show(
        view,
        cohorts,
        heading=_("Each cohort, period by period"),
        answer=answers.cohort_table_answer(cohorts.frame, scope.grain, scope.criterion) if value == "retention" else "",
        figure=charts.cohort_heatmap(cohorts.frame, value, scope.grain, scope.clock, view.currency, smoothed),
        pick=("cohort", "age"),
    )
    if (cohorts.frame["at_edge"] == "yes").any():
        st.caption(
            _("{mark}At the edge of the data: old customers look new here; shown, but not compared.").format(
                mark=EDGE_MARK
            )
        )
    if charts.is_cut(cohorts.frame):
        st.caption(_("Drawn are the newest 60 cohorts and their first 60 periods; the download holds all of them."))
