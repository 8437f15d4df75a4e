"""Segments: who the customers are, what each group is worth, who moved, and what to do about it."""

import streamlit as st

from loyalty_metrics.language import _
from pages._ui import empty, links
from pages._ui.cache import measures
from pages._ui.segments import groups, loyalty, maps, moves, needs, prices, rules

SECTIONS = {
    "groups": groups.show,
    "moves": moves.show,
    "maps": maps.show,
    "loyalty": loyalty.show,
    "needs": needs.show,
    "prices": prices.show,
    "rules": rules.show,
}

view = empty.stop_without_data()

st.title(_("Who are our customers?"), anchor=False)
(segments,) = measures("rfm_segments")
empty.stop_without_customers(segments.frame["customers"])
section = links.choice("section", list(SECTIONS), _("Look at"))
SECTIONS[section](view)
