"""Retention: how many customers come back, by when they first bought."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.language import _
from pages._ui import edge_note, empty, links
from pages._ui.cache import measures
from pages._ui.retention import changes, cohorts, curves, definitions, flow, next_order

SECTIONS = {
    "cohort_table": cohorts.show,
    "changes": changes.show,
    "curves": curves.show,
    "next_order": next_order.show,
    "flow": flow.show,
    "definitions": definitions.show,
}

view = empty.stop_without_data()

st.title(_("Do customers come back?"), anchor=False)
table, curve = measures("cohort_retention", "retention_curve")
empty.stop_without_customers(table.frame["size"])

st.markdown(answers.retention_answer(curve.frame, table.frame, view.scope.grain, view.scope.criterion))
edge_note.show(view)
section = links.choice("section", list(SECTIONS), _("Look at"))
SECTIONS[section](view)
