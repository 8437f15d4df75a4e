"""Notes on a customer: written, struck out, taken along as a file."""

from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics.customer import Profile
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, format_value, ngettext, plain
from loyalty_metrics.notes import LONGEST
from pages._ui import listing, workspaces
from pages._ui.view import View

_TEXT, _AUTHOR, _SIGNED, _ERROR = "notes.text", "notes.author", "notes.signed", "notes.error"


def show(view: View, one: Profile) -> None:
    """Draw the section."""
    customer = one.facts["customer_id"]
    st.subheader(_("Notes"), anchor=False)
    if view.is_sample:
        st.info(_("The sample shop cannot be changed: notes are kept in workspaces of your own."))
        return
    with st.form("notes.form", border=False):
        st.text_area(_("New note"), key=_TEXT, max_chars=LONGEST, height=90)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(_("Your name"), st.session_state.get(_SIGNED, ""), key=_AUTHOR, max_chars=80, width=240)
            st.form_submit_button(_("Keep the note"), type="primary", on_click=_add, args=(view, customer))
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))
    written = view.workspace.notes(customer)
    n = len(written)
    if not n:
        st.caption(_("No notes yet. They stay in the workspace whatever is imported or undone, and change no figure."))
        return
    st.markdown(ngettext("**{n} note**", "**{n} notes**", n).format(n=format_value(n, "count")))
    for row in written.to_dict("records"):
        _note(view, row)
    _files(view, customer, written)


def _add(view: View, customer: str) -> None:
    """Keep what was typed; it stays in the field where it could not be kept."""
    try:
        view.workspace.add_note(customer, st.session_state[_TEXT], st.session_state[_AUTHOR])
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_SIGNED] = st.session_state[_AUTHOR]
    st.session_state[_TEXT] = ""


def _note(view: View, row: dict[Any, Any]) -> None:
    with st.container(border=True):
        head = f"{_moment(row['written_at'])} · {row['author']} · {row['customer_id']}"
        if row["struck_by"] is not None:
            struck = _("struck out {moment} by {who}")
            told = struck.format(moment=_moment(row["struck_at"]), who=row["struck_by"])
            st.caption(plain(f"{head} · {told}"))
            st.markdown("\n\n".join(f"~~{plain(line)}~~" for line in row["text"].splitlines() if line.strip()))
            return
        st.caption(plain(head))
        st.markdown("\n\n".join(plain(line) for line in row["text"].splitlines() if line.strip()))
        st.button(
            _("Strike out"),
            key=f"notes.strike.{row['note_id']}",
            on_click=_strike,
            args=(view, int(row["note_id"])),
            help=_("The note stays and is marked; say your name above first."),
        )


def _strike(view: View, note: int) -> None:
    try:
        view.workspace.strike_note(note, st.session_state.get(_AUTHOR, ""))
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)


def _files(view: View, customer: str, written: pd.DataFrame) -> None:
    about = {"workspace": workspaces.title(view.name), "title": f"Notes on {customer}", "time_zone": "UTC"}
    shown = written.assign(
        **{name: written[name].dt.strftime("%Y-%m-%d %H:%M") for name in ("written_at", "struck_at")}
    )
    with st.container(horizontal=True):
        for ending, (make, mime) in listing.FILES.items():
            st.download_button(
                _("Download {format}").format(format=ending.upper()),
                lambda make=make: make(shown, about),
                file_name=f"notes_{workspaces.safe_name(customer)}.{ending}",
                mime=mime,
                key=f"notes.{ending}",
                on_click="ignore",
            )


def _moment(moment: pd.Timestamp) -> str:
    return f"{format_value(moment, 'date')} {moment:%H:%M} UTC"
