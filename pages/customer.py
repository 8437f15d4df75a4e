"""One customer: find them, who they are, what they are worth, what happened, when they come again."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.customer import first_later, profile
from loyalty_metrics.language import _
from pages._ui import cache, empty, links, scope_bar
from pages._ui.customer import bought, finding, notes, segment_history, timeline, who

SECTIONS = {
    "timeline": timeline.show,
    "segment_history": segment_history.show,
    "purchases_of_one": bought.show,
    "notes": notes.show,
}

view = empty.stop_without_data()

st.title(_("Who is this customer?"), anchor=False)
empty.stop_without_names(view)
finding.show(view)
if not view.scope.customer:
    st.stop()

one = profile(cache.measure, view.scope)
later = one.first_later if one else first_later(cache.measure, view.scope)
if one is None or later:
    st.warning(answers.absent_answer(who.called(one) if one else view.scope.customer, view.scope.as_of, later))
    if later:
        st.button(_("Show them as of the last day"), on_click=lambda: scope_bar.change(as_of=None), type="primary")
    else:
        st.markdown(_("Look for them above by name, e-mail, phone or a part of the id."))
    st.stop()

who.show(view, one)
if view.scope.filters:
    st.caption(_("Filters are left aside on this page: it is about one customer."))
st.divider()
section = links.choice("section", list(SECTIONS), _("Look at"))
SECTIONS[section](view, one)
