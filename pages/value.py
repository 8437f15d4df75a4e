"""Value: what the customer base is worth, what to expect of it, and how far that can be trusted."""

import streamlit as st

from loyalty_metrics.language import _
from pages._ui import empty, links
from pages._ui.cache import measures
from pages._ui.value import calls, orders, quality, repurchase, worth

SECTIONS = {
    "worth": worth.show,
    "expected_orders": orders.show,
    "next_purchase": repurchase.show,
    "how_good": quality.show,
    "worth_the_call": calls.show,
}

view = empty.stop_without_data()

st.title(_("What are our customers worth?"), anchor=False)
(segments,) = measures("rfm_segments")
empty.stop_without_customers(segments.frame["customers"])
section = links.choice("section", list(SECTIONS), _("Look at"))
SECTIONS[section](view)
