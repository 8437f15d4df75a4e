"""The weekly review: how are we doing, what changed beyond noise, why, who, and what was decided."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.language import _
from pages._ui import edge_note, empty, present
from pages._ui.cache import measures
from pages._ui.report import take_away
from pages._ui.review import decisions, findings, headlines, standing, told, who

view = empty.stop_without_data()
present.stop_if_on(view)

(revenue,) = measures("revenue_by_period")
empty.stop_without_customers(revenue.frame["customers"], _("How are we doing?"))

with st.container(horizontal=True, vertical_alignment="bottom"):
    st.title(_("How are we doing?"), anchor=False)
    chosen = told.choose(view)
    present.button()
moved = told.since(chosen)
st.markdown(answers.review_answer(chosen.review))
edge_note.show(chosen.view)
if chosen.review.headlines:
    headlines.show(chosen.review, moved)
    st.divider()
    findings.show(chosen)
    findings.why(chosen)
    st.divider()
    who.show(chosen)

st.divider()
decisions.show(chosen)
st.divider()
standing.show(chosen.view)
take_away.show(chosen.view)
