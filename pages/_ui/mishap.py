"""An error that nobody foresaw: a sentence with a reference number on the page, its traceback in the server's log."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, plain

log = logging.getLogger(__name__)


def of(error: Exception) -> LoyaltyError:
    """What people are told of an error: its own sentence where it was foreseen, else a number by which it is found."""
    if isinstance(error, LoyaltyError):
        return error
    reference = secrets.token_hex(4)
    log.error("Reference %s", reference, exc_info=error)
    words = _(
        "Something went wrong in the program. Reload the page; if it happens again, tell whoever runs this dashboard"
        " the reference {reference}, under which the server's log says more."
    )
    return LoyaltyError(words.format(reference=reference))


@contextmanager
def told() -> Iterator[None]:
    """Tell the errors of a `with` block, or of the function it decorates, in one sentence each.

    Streamlit's own ways to stop a script or begin it anew are no `Exception`; an error of a fragment that was told
    already is one.
    """
    try:
        yield
    except FragmentHandledException:
        raise
    except Exception as error:
        st.error(plain(str(of(error))))
