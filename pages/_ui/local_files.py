"""Files that lie on the machine the dashboard runs on: taken where they are, without an upload.

Whoever may name a path can have any file read that the server can read. So this is offered to the person at that very
machine only, or where whoever runs the server says so.
"""

import os
from urllib.parse import urlsplit

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, plain
from pages._ui import incoming

SETTING = "LOYALTY_METRICS_LOCAL_FILES"
"""Environment variable: 1 offers this to everybody who reaches the server, 0 to nobody."""

_HERE = ("localhost", "127.0.0.1", "::1")
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "cf-connecting-ip")
_TYPED = "local.typed"


def is_allowed() -> bool:
    """Whether this session may name files of the machine.

    By default only a browser on the machine itself may: it calls it by a local name, from a local address, and nothing
    between them has passed the call on.
    """
    setting = os.environ.get(SETTING, "")
    if setting in ("0", "1"):
        return setting == "1"
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    host = urlsplit(f"//{headers.get('host', '')}").hostname
    is_local = st.context.ip_address in (None, *_HERE)
    return is_local and host in _HERE and not any(name in headers for name in _FORWARDED)


def show() -> None:
    """Offer a field for a path, where that is allowed."""
    if not is_allowed():
        return
    with st.expander(_("Or name a file or folder on this machine")):
        with st.form("local", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                _("File, folder, or a pattern such as /exports/2026-*.csv"),
                key=_TYPED,
                help=_("Nothing is copied: large files are read where they lie. Offered on the server's own machine."),
                width=520,
            )
            st.form_submit_button(_("Take these files"), on_click=_take)
        if error := st.session_state.pop("local.error", None):
            st.error(plain(error))


def _take() -> None:
    try:
        incoming.take_path(st.session_state[_TYPED])
    except LoyaltyError as error:
        st.session_state["local.error"] = str(error)
