"""The segments a customer was in at the ends of past months."""

import streamlit as st

from loyalty_metrics import customer
from loyalty_metrics.charts import customer as charts
from loyalty_metrics.customer import Profile, scope_of_one
from loyalty_metrics.language import _, label, plain
from pages._ui import block, cache, tables
from pages._ui.view import View

_COLUMNS = ("on_day", "segment", "recency_days", "frequency", "monetary")


def show(view: View, one: Profile) -> None:  # noqa: ARG001 - every section is called alike
    """Draw the section."""
    bar = st.progress(0.0, _("Comparing with all customers, month by month …"))
    months = customer.segment_history(cache.measure, view.scope, lambda done, of: _tell(bar, done, of))
    bar.empty()
    result = cache.measure("customer_months", scope_of_one(view.scope))
    units = result.card.units | {"segment": "code"}
    block.show(
        view,
        result,
        heading=_("Which segments were they in?"),
        answer=_answer(months["segment"].dropna().tolist()),
        figure=charts.segment_history(months),
        table=lambda: tables.grid(
            months.loc[::-1, list(_COLUMNS)], units, view.key("customer.months"), _("Ends of months, newest first")
        ),
    )


def _tell(bar: st.delta_generator.DeltaGenerator, done: int, of: int) -> None:
    bar.progress(done / of, _("Comparing with all customers, month by month …"))


def _answer(segments: list[str]) -> str:
    if not segments:
        return _("They had no purchase in the window yet.")
    now = plain(label(segments[-1]))
    before = [name for name in segments if name != segments[-1]]
    if not before:
        return _("**{segment}** all along.").format(segment=now)
    stayed = next(n for n, name in enumerate(segments[::-1]) if name != segments[-1])
    words = _("**{segment}** now, and at the {n} latest ends of months in a row; before that **{before}**.")
    single = _("**{segment}** now; before that **{before}**.")
    return (words if stayed > 1 else single).format(segment=now, n=stayed, before=plain(label(before[-1])))
