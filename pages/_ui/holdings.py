"""What a workspace holds, and the empty files to fill in for what it does not hold yet."""

import streamlit as st

from loyalty_metrics.language import _, format_value, label
from loyalty_metrics.schema import TABLES
from pages._ui import cache, empty, tables
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the tables with their rows, and the templates."""
    st.subheader(_("What the workspace holds"), anchor=False)
    counts = cache.table_rows(view.name, view.version)
    tables.static(
        [
            {
                _("Table"): label(name),
                _("Rows"): format_value(counts[name], "count"),
                _("What it is worth having for"): _(table.worth),
            }
            for name, table in TABLES.items()
        ],
        alt=_("Tables of the workspace"),
        wide=True,
    )
    with st.expander(_("Templates: empty files with the right columns")), st.container(horizontal=True):
        for table in TABLES.values():
            empty.template(table, key=f"data.template.{table.name}")
