"""The dashboard: one scope bar, one page at a time. Start it with `streamlit run app.py`."""

import warnings

import streamlit as st

from loyalty_metrics.language import _
from pages._ui import garbage, look, mishap, scope_bar, view

warnings.simplefilter("default", DeprecationWarning)
st.set_page_config(page_title=_("Loyalty Metrics"), page_icon="💚", layout="wide")

page = st.navigation(
    [
        st.Page("pages/review.py", title=_("Review"), icon="☀️", default=True),
        st.Page("pages/retention.py", title=_("Retention"), icon="♻️"),
        st.Page("pages/segments.py", title=_("Segments"), icon="♟️"),
        st.Page("pages/pareto.py", title=_("Pareto"), icon="⚖️"),
        st.Page("pages/value.py", title=_("Value"), icon="♦️"),
        st.Page("pages/actions.py", title=_("Actions"), icon="✔️"),
        st.Page("pages/customer.py", title=_("Customer"), icon="☺️"),
        st.Page("pages/lists.py", title=_("Lists"), icon="☑️"),
        st.Page("pages/data.py", title=_("Data"), icon="⬇️"),
        st.Page("pages/glossary.py", title=_("Glossary"), icon="ℹ️"),
    ],
    position="top",
)

look.tidy()
try:
    with mishap.told():
        scope_bar.show()
        page.run()
finally:
    view.forget()
    garbage.spare_the_program()
