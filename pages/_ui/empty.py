"""What a page says when there is nothing to show: why, and what to do about it."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from loyalty_metrics import export
from loyalty_metrics.language import _, label
from loyalty_metrics.schema import TABLES, Table
from loyalty_metrics.scope import Scope
from pages._ui import scope_bar
from pages._ui.view import View, current


def stop_without_data() -> View:
    """The current view, or a friendly end of the page when the workspace is empty."""
    view = current()
    if view.is_empty:
        st.info(_("This workspace is empty. Bring in an export of your orders; every page then fills by itself."))
        st.page_link("pages/data.py", label=_("Go to the Data page"), icon="⬇️")
        template(TABLES["transactions"], key="empty.template")
        st.stop()
    return view


def stop_without_customers(values: Iterable) -> None:
    """End the page when no customer is left in scope."""
    if not pd.Series(list(values), dtype="float64").sum():
        st.info(_("No customers are left in this scope. Widen the filters or the window, or start over."))
        st.button(_("Start over"), on_click=_start_over, key="empty.reset", type="primary")
        st.stop()


def template(table: Table, key: str) -> None:
    """Offer an empty file with the right headers and one example row."""
    st.download_button(
        _("Template for {table}").format(table=label(table.name)),
        template_csv(table),
        file_name=f"{table.name}.csv",
        mime="text/csv",
        icon="⬇️",
        key=key,
        on_click="ignore",
    )


def template_csv(table: Table) -> bytes:
    """A file a user can fill in: the headers, and one row that shows what belongs in them."""
    return export.csv(pd.DataFrame([[column.example for column in table.columns]], columns=list(table.names)))


def _start_over() -> None:
    scope_bar.change(**{name: getattr(Scope(), name) for name in ("as_of", "window", "filters")})
