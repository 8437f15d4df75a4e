"""Pareto: how much of the business hangs on how few customers."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import pareto as charts
from loyalty_metrics.language import _, format_value
from loyalty_metrics.scope import VALUES
from pages._ui import block, concentration, empty, scope_bar, tables
from pages._ui.cache import measures

view = empty.stop_without_data()
scope = view.scope

st.title(_("Does 80/20 hold here?"), anchor=False)
scope_bar.choose("value", VALUES, _("Add up"), help=_("What each customer is worth: money, margin, visits or pieces."))
summary, curve, years, losses = measures("pareto_summary", "pareto_curve", "pareto_by_year", "without_the_best")
known = summary.frame.set_index("figure")["value"]
empty.stop_without_customers(known[["customers", "unknown_value"]])

if not known["customers"]:
    st.warning(
        _("The {value} of no customer is known: the data has no cost for every line of their orders.").format(
            value=_("profit")
        )
    )
    st.page_link("pages/data.py", label=_("Add a cost column on the Data page"), icon="⬇️")
    st.stop()


def summary_table() -> None:
    """The figures of concentration with their intervals."""
    interval = concentration.interval_heading(summary.frame)
    total = format_value(known["total"], scope.value_unit, view.currency)
    rows = [
        {
            _("Figure"): row[_("Figure")],
            _("Value"): total if figure == "total" else row[_("Value")],
            interval: row[interval],
        }
        for figure, row in zip(
            summary.frame["figure"],
            tables.figures(
                summary.frame,
                {"figure": _("Figure"), "value": _("Value"), "interval": interval, "base": _("Out of")},
                view.currency,
            ),
            strict=True,
        )
        if figure != "unknown_value" or known[figure]
    ]
    tables.static(rows, alt=_("Figures of concentration"))


if known["unknown_value"]:
    text = _("{n} customers are left out: the {value} of at least one of their lines is not known.")
    st.info(text.format(n=format_value(known["unknown_value"], "count"), value=_("profit")))

block.show(
    view,
    curve,
    heading=_("The best customers first"),
    answer=answers.pareto_answer(summary.frame, scope.value, view.currency),
    figure=charts.pareto_curve(curve.frame, summary.frame),
    pick=("customers_up_to",),
)
block.show(
    view,
    summary,
    heading=_("In figures"),
    table=summary_table,
    cells={"figure": ["top_share", "carriers_share"]},
)
concentration.by_year(view, years)
concentration.without_the_best(view, losses)
