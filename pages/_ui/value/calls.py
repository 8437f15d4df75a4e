"""Customers who were worth much and have gone quiet: whom to call first."""

import streamlit as st

from loyalty_metrics import answers, export
from loyalty_metrics.language import _
from pages._ui import block, cache, listing, scope_bar, workspaces
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section."""
    scope_bar.compare_to(view.scope)
    (calls,) = cache.measures("worth_the_call")
    source = listing.of(
        calls.frame,
        calls.card.units,
        f"{calls.card.name}_{view.scope.as_of}",
        {"workspace": workspaces.title(view.name)} | export.about(calls),
        told=_("the most at stake first"),
    )

    def table() -> None:
        if len(calls.frame):
            listing.show(view, source, "calls")
            st.caption(
                _(
                    "At stake: what the customer will bring less now than when last compared. Chance to be there: how"
                    " likely it is that they have not left, from how long they have been silent against their own pace."
                )
            )

    block.show(
        view,
        calls,
        heading=_("Worth the call"),
        answer=answers.call_answer(calls.frame, view.currency),
        table=table,
    )
