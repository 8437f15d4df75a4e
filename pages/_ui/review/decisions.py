"""What did we decide, what happened since, and what do we decide now?"""

import streamlit as st

from loyalty_metrics.language import _
from pages._ui import links
from pages._ui.actions import decided
from pages._ui.review.told import Told


def show(told: Told) -> None:
    """Draw the decisions that are open or news, with what came of them; new ones are taken on their own page."""
    st.subheader(_("What did we decide, and what happened since?"), anchor=False)
    decided.of_the_week(told.view)
    st.button(
        _("What do we decide now?"),
        type="primary",
        key="review.decide",
        on_click=links.to_section,
        args=("actions", "decide"),
    )
