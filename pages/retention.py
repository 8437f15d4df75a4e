"""Retention: how many customers come back, by when they first bought."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import retention as charts
from loyalty_metrics.language import _, period_label
from pages._ui import block, empty, links, tables
from pages._ui.cache import measures

VALUES = ("retention", "revenue_retention", "orders_per_customer", "cumulative_revenue_per_customer")

view = empty.stop_without_data()
scope, currency = view.scope, view.currency

st.title(_("Do customers come back?"), anchor=False)
cohorts, curve, repeat = measures("cohort_retention", "retention_curve", "repeat_purchase_rate")
empty.stop_without_customers(cohorts.frame["size"])
starts = cohorts.frame["cohort"].dropna().dt.date.drop_duplicates().tolist()

st.markdown(answers.retention_answer(curve.frame, cohorts.frame, scope.grain, scope.criterion))
value = links.choice("shown", VALUES, _("Shown in the cells"))
block.show(
    view,
    cohorts,
    heading=_("Each cohort, period by period"),
    figure=charts.cohort_heatmap(cohorts.frame, value, scope.grain, scope.clock, currency),
    pick=("cohort", "age"),
)
if charts.is_cut(cohorts.frame):
    st.caption(_("Drawn are the newest 60 cohorts and their first 60 periods; the download holds all of them."))

st.divider()
chosen = links.several(
    "cohorts", starts[::-1], _("Compare cohorts with all together"), lambda start: period_label(start, scope.grain)
)
block.show(
    view,
    curve,
    heading=_("How fast do they fade?"),
    figure=charts.retention_curves(curve.frame, cohorts.frame, scope.grain, chosen),
    pick=("age",),
)

st.divider()


def repeat_table() -> None:
    """Each figure with its interval and how many customers it rests on."""
    names = {
        "figure": _("Figure"),
        "value": _("Value"),
        "interval": _("95% sure it is"),
        "base": _("Out of"),
    }
    tables.static(tables.figures(repeat.frame, names, currency), alt=_("Repeat purchase figures"))


block.show(
    view,
    repeat,
    heading=_("Who buys again, and how soon?"),
    answer=answers.repeat_answer(repeat.frame),
    table=repeat_table,
)
