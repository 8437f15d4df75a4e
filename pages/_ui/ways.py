"""Ways to read kinds of files, decided once and kept: applied by themselves, told, and forgotten on demand."""

from pathlib import Path

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, label, period_label, plain
from loyalty_metrics.mappings import SavedMapping
from pages._ui import mapping
from pages._ui.import_run import Loaded, Looked
from pages._ui.incoming import Incoming
from pages._ui.mapping import Choices
from pages._ui.view import View

_OF_THIS_FILE = ("known_orders",)
"""Answers that are about one file and its orders, not about its kind."""


def applied(view: View, found: Looked, choices: Choices, key: str) -> None:
    """Say that an earlier decision was followed, and offer to decide anew."""
    if found.saved is None or choices.options != found.saved.options:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            _("Read as you decided on {day}: **{name}**.").format(
                day=period_label(found.saved.saved_at, "day"), name=plain(found.saved.name)
            )
        )
        st.button(_("Forget it and decide anew"), key=key, on_click=_anew, args=(view, found.saved, choices))


def save(view: View, one: Incoming, done: Loaded) -> None:
    """Offer to keep what was decided for the next files of this kind."""
    kept = {name: value for name, value in done.options.items() if name not in _OF_THIS_FILE}
    saved = view.workspace.mapping_for(done.kind, done.report.table)
    if not kept or (saved and saved.options == kept):
        return
    key = f"way.name.{one.key}"
    with st.form(f"way.{one.key}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Read the next files of this kind in the same way, as"), Path(one.name).stem, key=key, width=360
        )
        st.form_submit_button(_("Save this way"), on_click=_save, args=(view, done, kept, key))


def show(view: View) -> None:
    """List the ways that are kept."""
    ways = view.workspace.saved_mappings()
    if not ways:
        return
    st.subheader(_("How kinds of files are read"), anchor=False)
    for way in ways:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            said = ", ".join(_said(way))
            day = period_label(way.saved_at, "day")
            st.markdown(f"**{plain(way.name)}** · {label(way.table)} · {day} · {said}", width=720)
            st.button(
                _("Forget"), key=f"way.forget.{way.name}", on_click=view.workspace.forget_mapping, args=(way.name,)
            )


def _said(way: SavedMapping) -> list[str]:
    columns = way.options.get("columns", {}).items()
    return mapping.told(way.options) + [f"{plain(header) or _('nothing')} → {label(name)}" for name, header in columns]


def _save(view: View, done: Loaded, kept: dict, key: str) -> None:
    try:
        view.workspace.save_mapping(st.session_state[key], done.kind, done.report.table, kept)
    except LoyaltyError as error:
        st.toast(plain(str(error)), icon="⚠️")


def _anew(view: View, saved: SavedMapping, choices: Choices) -> None:
    view.workspace.forget_mapping(saved.name)
    choices.begin_anew()
