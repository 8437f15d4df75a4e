"""People's names, e-mails and phones are shown only where the work needs them."""

import re

import streamlit as st

from loyalty_metrics.language import _
from loyalty_metrics.schema import TABLES

_EMAIL = re.compile(r"\b(\w)[\w.+-]*(@[\w-]+)[\w.-]*")
_HIDES = "discreet.hides"


def is_personal(role: str) -> bool:
    """Whether a canonical column holds what tells who somebody is."""
    return any(column.personal for table in TABLES.values() for column in table.columns if column.name == role)


def discreet(text: str) -> str:
    """A text with its e-mail addresses cut down to what tells them apart."""
    return _EMAIL.sub(r"\1…\2…", text)


def switch() -> None:
    """Let people hide names and contacts for as long as the session lasts, such as while others look on."""
    st.session_state.setdefault(_HIDES, False)
    # A widget's state goes when its page does; the choice is for all pages.
    st.session_state[f"{_HIDES}.switch"] = st.session_state[_HIDES]
    st.toggle(_("Hide names and contacts"), key=f"{_HIDES}.switch", on_change=_keep)


def hide() -> None:
    """Hide names and contacts from here on."""
    st.session_state[_HIDES] = True


def _keep() -> None:
    st.session_state[_HIDES] = st.session_state[f"{_HIDES}.switch"]


def hides() -> bool:
    """Whether names and contacts are hidden now."""
    return bool(st.session_state.get(_HIDES, False))


def named(name: str | None) -> str | None:
    """A person's name, or its initials where names are hidden."""
    if not name or not hides():
        return name
    return " ".join(f"{part[0]}…" for part in name.split())


def contact(role: str, text: str | None) -> str | None:
    """An e-mail address or telephone number, or what tells it apart where contacts are hidden."""
    if not text or not hides():
        return text
    return discreet(text) if role == "email" else f"…{text[-3:]}"
