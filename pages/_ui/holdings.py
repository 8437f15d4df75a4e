"""What a workspace holds, and the empty files to fill in for what it does not hold yet."""

import streamlit as st

from loyalty_metrics.language import _, format_value, label, plain
from loyalty_metrics.schema import TABLES
from pages._ui import cache, empty
from pages._ui.view import View


def show(view: View) -> None:
    """Say how many rows there are of what, and what else would be worth having."""
    st.subheader(_("What the workspace holds"), anchor=False)
    counts = cache.table_rows(view.name, view.version)
    held = [f"{label(name)}: **{format_value(counts[name], 'count')}**" for name in TABLES if counts[name]]
    st.markdown(" · ".join(held) or _("Nothing yet. An export of your orders fills every page by itself."))
    with st.expander(_("What else is worth having, with empty files to fill in")):
        for table in TABLES.values():
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{label(table.name)}** — {plain(_(table.worth))}", width=640)
                empty.template(table, key=f"data.template.{table.name}")
