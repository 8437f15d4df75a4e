"""A change to a workspace other than an import: made beside the page, with progress, one at a time at each place."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, plain
from pages._ui import import_run, jobs
from pages._ui.jobs import Job
from pages._ui.view import View

_CHANGES = "changing"


def begin(view: View, place: str, done: str, change: Callable[[Watch], Any]) -> None:
    """Begin a change, unless one is being made at the place.

    Args:
        view: What the page is about.
        place: Where on the page it is asked for and followed.
        done: What to say when it is made.
        change: What to do; it may raise what the user can mend.
    """
    changes = _changes()
    if not is_running(view, place):
        changes[view.name, place] = done, Job(change)


def is_running(view: View, place: str) -> bool:
    """Whether a change is being made there."""
    _done, job = _changes().get((view.name, place), ("", None))
    return job is not None and not job.is_over


def show(view: View, place: str) -> None:
    """Show how far a change is, or say how it ended."""
    done, job = _changes().get((view.name, place), ("", None))
    if job is None:
        return
    if jobs.wait([job]):
        jobs.progress([job], f"changing.{place}")
        return
    del _changes()[view.name, place]
    if isinstance(job.error, ImportCancelled):
        st.toast(_("Cancelled. Nothing has changed."))
    elif job.error:
        st.toast(plain(str(job.error)), icon="⚠️", duration="long")
    else:
        job.outcome()
        st.toast(done, icon="↩️")
    import_run.keep_up(view)


def _changes() -> dict[tuple[str, str], tuple[str, Job]]:
    return st.session_state.setdefault(_CHANGES, {})
