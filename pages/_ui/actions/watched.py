"""Alerts: what was found, what is watched, and a new rule."""

import streamlit as st

from loyalty_metrics import alerting, answers
from loyalty_metrics.alert_sending import SETTING, configured
from loyalty_metrics.alerts import KINDS, RATE, RATES, SERIES, UNUSUAL, Alerts
from loyalty_metrics.card import Card
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, label, ngettext, period_label, plain
from pages._ui import cache
from pages._ui.actions.edit import SIGNED, signed
from pages._ui.view import View

_ERROR = "alerts.error"


def show(view: View) -> None:
    """Draw the section."""
    alerts = Alerts(view.workspace)
    feed, rules = alerts.feed(), alerts.rules()
    new = sum(alert.seen_by is None for alert in feed)
    if not rules and not feed:
        st.markdown(_("Nothing is watched, so nothing is ever said. Make a rule to be told."))
    else:
        found = ngettext("**{n} new alert**", "**{n} new alerts**", new).format(n=format_value(new, "count"))
        watched = ngettext("{n} rule is watched", "{n} rules are watched", len(rules)).format(n=len(rules))
        st.markdown(f"{found if new else _('**Nothing new**')}; {watched}.")
    for alert in feed[:20]:
        told = answers.alert_words(alert, alerting.card_of(view.workspace, alert), view.currency)
        seen = _("new") if alert.seen_by is None else _("seen by {who}").format(who=alert.seen_by)
        sent = _(", sent") if alert.is_sent else ""
        st.markdown(f"- {told} ({plain(seen + sent)}, {period_label(alert.raised_at, 'day')})")
    if view.is_sample:
        st.caption(_("The sample shop cannot be changed: rules are kept in workspaces of your own."))
        return
    with st.container(horizontal=True):
        if new:
            st.button(_("Mark all as seen"), key="alerts.see", on_click=_see, args=(view,))
        if rules:
            st.button(_("Check now"), key="alerts.check", on_click=_check, args=(view,))
    _rules(view)
    _form(view)
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))
    st.caption(_where())


def _rules(view: View) -> None:
    for rule in Alerts(view.workspace).rules():
        card = None if rule.kind == UNUSUAL else _card(view, rule.measure)
        with st.container(horizontal=True, vertical_alignment="center"):
            words = answers.rule_words(rule, card, view.currency)
            st.markdown(f"{words} — {plain(rule.who)}", width="content")
            key = f"alerts.drop.{rule.rule_id}"
            st.button(_("Stop watching"), key=key, type="tertiary", on_click=_drop, args=(view, rule.rule_id))


def _form(view: View) -> None:
    """A new rule; its fields follow from its kind."""
    st.subheader(_("Watch something"), anchor=False)
    kind = st.segmented_control(
        _("Tell me of"), KINDS, default=UNUSUAL, format_func=label, required=True, key="alerts.kind"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if kind == UNUSUAL:
            st.selectbox(_("Of what"), SERIES, format_func=label, key="alerts.series", width=220)
            st.selectbox(
                _("False alarms"),
                RATES,
                RATES.index(RATE),
                key="alerts.rate",
                format_func=lambda rate: _("about one in {n} weeks").format(n=format_value(round(1 / rate), "count")),
                width=240,
            )
        else:
            _figure(view)
            st.number_input(
                _("Limit"), value=None, key="alerts.limit", width=160, help=_("A share is written as 0.25.")
            )
        st.text_input(_("Your name"), signed(), key="alerts.who", max_chars=80, width=180)
        st.button(_("Watch it"), type="primary", key="alerts.watch", on_click=_watch, args=(view, kind))


def _figure(view: View) -> None:
    """Which measure, which column, which row."""
    cards = {c.name: c for c in view.workspace.registry.measures if "customer_id" not in c.units and _numbers(c)}
    usual = "repeat_purchase_rate" if "repeat_purchase_rate" in cards else next(iter(cards))
    names = list(cards)
    chosen = st.selectbox(
        _("Measure"),
        names,
        names.index(usual),
        key="alerts.measure",
        format_func=lambda n: _(cards[n].title),
        width=300,
    )
    columns = _numbers(cards[chosen])
    st.selectbox(_("Figure"), columns, key=f"alerts.column.{chosen}", format_func=label, width=200)
    frame = cache.measure(chosen, view.scope).frame
    if "figure" in frame:
        found = frame["figure"].drop_duplicates().tolist()
        st.selectbox(_("Of"), found, key=f"alerts.row.{chosen}", format_func=label, width=220)


def _numbers(card: Card) -> list[str]:
    return [name for name, unit in card.units.items() if unit in ("share", "count", "number", "money", "days")]


def _card(view: View, measure: str) -> Card | None:
    return view.workspace.registry.card(measure) if measure in view.workspace.registry.models else None


def _watch(view: View, kind: str) -> None:
    state = st.session_state
    alerts = Alerts(view.workspace)
    try:
        if kind == UNUSUAL:
            alerts.watch(kind, state["alerts.series"], state["alerts.who"], rate=state["alerts.rate"])
        else:
            measure = state["alerts.measure"]
            row = state.get(f"alerts.row.{measure}")
            column = state[f"alerts.column.{measure}"]
            picked = f"figure={row}" if row else ""
            alerts.watch(kind, measure, state["alerts.who"], column, picked, state["alerts.limit"])
    except LoyaltyError as error:
        state[_ERROR] = str(error)
        return
    state[SIGNED] = state["alerts.who"]
    _check(view)


def _check(view: View) -> None:
    try:
        Alerts(view.workspace).check()
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)


def _drop(view: View, rule_id: int) -> None:
    Alerts(view.workspace).drop(rule_id)


def _see(view: View) -> None:
    try:
        Alerts(view.workspace).see(signed() or str(st.session_state.get("alerts.who", "")))
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)


def _where() -> str:
    """Where alerts go besides the feed."""
    try:
        channels = configured()
    except LoyaltyError as error:
        return plain(str(error))
    if channels.is_quiet:
        words = _("They stand here alone. The server's setting {name} can send them by e-mail or to a webhook.")
        return words.format(name=f"`{SETTING}`")
    ways = [_("e-mail")] * (channels.mail is not None) + [_("webhook")] * (channels.webhook is not None)
    return _("New ones are sent by {ways} after each import.").format(ways=", ".join(ways))
