"""What a page says when there is nothing to show: why, and what to do about it."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from loyalty_metrics import export
from loyalty_metrics.language import _, label, period_label
from loyalty_metrics.schema import TABLES, Table
from loyalty_metrics.scope import Scope
from pages._ui import scope_bar, unnamed
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


def stop_without_customers(values: Iterable, title: str = "") -> None:
    """End the page when no customer is left in scope: say why, and show what the orders tell without them.

    Args:
        values: Counts of customers.
        title: Of the page, where it does not stand there yet.
    """
    if pd.Series(list(values), dtype="float64").sum():
        return
    if title:
        st.title(title, anchor=False)
    view = current()
    stop_without_names(view)
    if unnamed.is_all(view.scope):
        day = period_label(view.scope.as_of, "day")
        _nobody(_("Up to {day} no order names a customer; later ones do.").format(day=day))
        unnamed.show(view)
    elif unnamed.is_all_in(view.scope):
        _nobody(_("All orders that the filters leave are of guests: they name no customer."))
        unnamed.show(view)
    elif unnamed.is_worthless(view.scope):
        day = period_label(view.scope.as_of, "day")
        _nobody(_("Up to {day} no customer has an order worth more than nothing after refunds.").format(day=day))
    else:
        _nobody(_("No customers are left in this scope. Widen the filters or the window, or start over."))
    st.stop()


def stop_without_names(view: View) -> None:
    """End a page about customers where the data name none: say which column to add, and show what there is."""
    if not unnamed.is_all(Scope()):
        return
    st.warning(
        _(
            "**These data name no customer**, so who comes back, what customers are worth and who leaves cannot be"
            " told. What was sold stands below."
        )
    )
    st.markdown(
        _(
            "To see the rest, export the orders once more with a column that says who bought: a customer id, an e-mail"
            " address or a telephone number. Take back the import without it on the Data page, then load the new file"
            " there."
        )
    )
    st.page_link("pages/data.py", label=_("Go to the Data page"), icon="⬇️")
    unnamed.show(view)
    st.stop()


def _nobody(why: str) -> None:
    st.info(why)
    st.button(_("Start over"), on_click=_start_over, key="empty.reset", type="primary")


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
