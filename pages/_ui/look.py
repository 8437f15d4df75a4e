"""The few things of the page's look that Streamlit has no setting for."""

import streamlit as st

_STYLE = """
<style>
/* The navigation is 60 pixels tall; Streamlit keeps 96 and 60 more free above the first line. */
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 3rem; }
</style>
"""


def tidy() -> None:
    """Let the page begin under the navigation, so that the answer stands above the fold."""
    st.html(_STYLE)
