"""Actions: what was decided and what came of it, what to decide next, whom to care for, what to watch."""

import streamlit as st

from loyalty_metrics.language import _
from pages._ui import empty, links
from pages._ui.actions import care, decide, decided, marks, watched

SECTIONS = {
    "decided": decided.show,
    "decide": decide.show,
    "care": care.show,
    "watched": watched.show,
    "dates": marks.show,
}

view = empty.stop_without_data()

st.title(_("What do we do about it?"), anchor=False)
section = links.choice("section", list(SECTIONS), _("Look at"))
if section in ("decide", "care"):
    empty.stop_without_names(view)
SECTIONS[section](view)
