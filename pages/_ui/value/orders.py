"""The orders to expect of today's customers, and the button that publishes the forecast."""

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import value as charts
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_interval, format_value, label, ngettext, plain
from loyalty_metrics.measures.outlook import TOLD
from loyalty_metrics.workspace import Result
from pages._ui import block, cache, import_run, tables
from pages._ui.view import View

_WHO, _ERROR = "forecast.who", "forecast.error"


def show(view: View) -> None:
    """Draw the section."""
    expected, backtest, money = cache.measures("expected_orders", "value_backtest", "money_backtest")
    block.show(
        view,
        expected,
        heading=_("Orders of today's customers"),
        answer=answers.expected_orders_answer(expected.frame, backtest.frame, money.frame, view.currency),
        figure=charts.orders_ahead(expected.frame),
        table=lambda: _table(view, expected),
    )
    if len(expected.frame):
        st.divider()
        _publish(view, expected)


def _table(view: View, expected: Result) -> None:
    rows = [
        {
            _("Within"): ngettext("{n} week", "{n} weeks", row["weeks"]).format(n=row["weeks"]),
            _("Orders"): format_value(row["orders"], "count"),
            _("If the model holds"): format_interval(row["likely_low"], row["likely_high"], "count"),
            _("Customers who order"): format_value(row["buyers"], "count"),
            label(row["basis"]): format_value(row["value"], "money", view.currency, compact=True),
        }
        for row in expected.frame.to_dict("records")
        if row["weeks"] in TOLD
    ]
    if rows:
        tables.static(rows, alt=_("Orders to expect"))
        st.caption(
            _(
                "Added up from today, not discounted. Several orders of a customer on one day count once. No season and"
                " no campaign is in it."
            )
        )


def _publish(view: View, expected: Result) -> None:
    """Keep the forecast, so that it is judged when its time comes."""
    st.subheader(_("Keep this forecast"), anchor=False)
    st.markdown(_("It is kept as it stands, whatever is imported later, and judged on the scoreboard as days go by."))
    if view.is_sample:
        st.info(_("The sample shop cannot be changed: forecasts are kept in workspaces of your own."))
        return
    with st.form("forecast.form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Your name"), import_run.who() or "", key=_WHO, max_chars=80, width=240)
        st.form_submit_button(_("Keep this forecast"), type="primary", on_click=_keep, args=(view, expected))
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))


def _keep(view: View, expected: Result) -> None:
    try:
        view.workspace.keep_forecast(expected.scope, expected.frame, st.session_state[_WHO])
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.toast(_("Kept. Its score is under “How good is it?”."), icon="☑️")
