"""The few things of the page's look that Streamlit has no setting for."""

import streamlit as st

_STYLE = """
<style>
/* The navigation is 60 pixels tall; Streamlit keeps 96 and 60 more free above the first line. */
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 3rem; }
/* On a phone tables are set smaller, so that their last column is seen, too. The table of columns has no room for what
   each column means, even broken anywhere. */
@media (max-width: 640px) {
  .stTable :is(th, td) { padding: 0.3rem 0.15rem; font-size: 0.75rem; }
  .st-key-understood :is(th, td):nth-child(5) { display: none; }
  :is(.st-key-understood, .st-key-several) :is(th, td) { overflow-wrap: anywhere; }
}
</style>
"""


def tidy() -> None:
    """Let the page begin under the navigation, so that the answer stands above the fold."""
    st.html(_STYLE)
