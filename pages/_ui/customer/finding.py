"""Find a customer: type, press Enter, go through those who fit with the arrow keys."""

import streamlit as st

from loyalty_metrics.customer import plain_row, segments
from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import cache, discreet, scope_bar
from pages._ui.view import View

_TEXT, _FOUND, _PLACE = "customer.search", "customer.found", "customer.choice"
MOST = 8


def show(view: View) -> None:
    """The field, and who fits: the first of them is chosen at once."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Find a customer"),
            key=_TEXT,
            placeholder=_("name, e-mail, phone or customer id"),
            max_chars=200,
            on_change=_search,
            args=(view,),
            help=_("Enter looks; then Tab goes to the list and the arrow keys through it. Accents make no difference."),
            width=520,
        )
        discreet.switch()
    text = st.session_state.get(_TEXT, "").strip()
    if text or not view.scope.customer:
        _list(view, text)


def _search(view: View) -> None:
    """Choose the best of those who fit what was typed."""
    text = st.session_state[_TEXT].strip()
    found = _ids(view, text) if text else []
    if found:
        scope_bar.change(customer=found[0])


def _ids(view: View, text: str) -> list[str]:
    return [str(one) for one in cache.find_customers(view, text, MOST).frame["customer_id"]]


def _list(view: View, text: str) -> None:
    found = cache.find_customers(view, text, MOST).frame
    if found.empty:
        told = _("Nobody fits **{text}**. Try a part of the name, the e-mail address, the phone number or the id.")
        st.info(told.format(text=plain(text)))
        return
    options = found["customer_id"].tolist()
    rows = dict(zip(options, (plain_row(row) for _place, row in found.iterrows()), strict=True))
    belongs = dict(zip(options, segments(cache.measure, view.scope, found), strict=True))
    key = view.key(f"{_PLACE}.{text}")
    st.session_state[key] = view.scope.customer if view.scope.customer in options else None
    st.radio(
        _("Who fits") if text else _("To begin with: who brought most"),
        options,
        key=key,
        # Namesakes must be told apart, by people as by the list itself.
        format_func=lambda one: plain(" · ".join(filter(None, (discreet.named(rows[one]["name"]), one)))),
        captions=[_caption(view, rows[one], belongs[one]) for one in options],
        on_change=lambda: scope_bar.change(customer=st.session_state[key]),
    )
    if len(options) == MOST and text:
        st.caption(_("The {n} that fit best; type more to find others.").format(n=MOST))


def _caption(view: View, row: dict, segment: str | None) -> str:
    """Last purchase, value and segment, on one line."""
    last = _("last bought {date}").format(date=format_value(row["last_on"], "date"))
    parts = [
        last if row["last_on"] else _("no purchase by then"),
        format_value(row["revenue"], "money", view.currency),
        *([label(segment)] if segment else []),
    ]
    return plain(" · ".join(parts))
