"""Long work beside the page: in a thread of its own it can be watched and cancelled, and the page stays usable."""

import atexit
import time
from collections.abc import Callable, Sequence
from threading import BoundedSemaphore, Event, Thread
from typing import Any
from weakref import WeakSet

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.ingest.watch import Progress, Watch
from loyalty_metrics.language import _, format_value, ngettext
from pages._ui import mishap

_AT_ONCE = BoundedSemaphore(2)
"""So many jobs of all sessions work at a time; more would only slow one another down."""

QUICK = 1.5
"""Work that takes less, in seconds, is waited for: no progress needs to be shown."""

_SPEEDS = {"bytes": (1_000_000, "{n} MB a second"), "rows": (1, "{n} rows a second")}

_all: WeakSet["Job"] = WeakSet()


class Job:
    """One piece of work, what came of it, or what stopped it."""

    def __init__(self, work: Callable[[Watch], Any]) -> None:
        self.watch = Watch()
        self._work = work
        self._result: Any = None
        self._error: LoyaltyError | None = None
        self._over = Event()
        _all.add(self)
        Thread(target=self._run, daemon=True, name="import").start()

    def _run(self) -> None:
        try:
            with _AT_ONCE:
                self.watch.check()
                self._result = self._work(self.watch)
        except Exception as error:
            self._error = mishap.of(error)
        finally:
            self._over.set()

    @property
    def is_over(self) -> bool:
        """Whether there is an outcome."""
        return self._over.is_set()

    def is_over_within(self, seconds: float) -> bool:
        """Wait for the outcome, and say whether there is one."""
        return self._over.wait(seconds)

    @property
    def error(self) -> LoyaltyError | None:
        """What stopped the work, if anything did."""
        return self._error

    def outcome(self) -> Any:
        """The result.

        Raises:
            LoyaltyError: What stopped the work.
        """
        if self._error:
            raise self._error
        return self._result

    def cancel(self) -> None:
        """Stop soon; work that is over stays as it is."""
        if not self.is_over:
            self.watch.cancel()


@atexit.register
def _stop_all() -> None:
    """Let a server that stops wait a moment for its jobs: the database does not like to be torn away."""
    for job in list(_all):
        job.cancel()
    wait(list(_all))


def wait(jobs: Sequence[Job]) -> list[Job]:
    """Wait a moment for jobs to be over, and give those that are not."""
    until = time.monotonic() + QUICK
    return [job for job in jobs if not job.is_over_within(max(0.0, until - time.monotonic()))]


@st.fragment(run_every=0.5)
@mishap.told()
def progress(pending: Sequence[Job], key: str) -> None:
    """Show how far jobs are, and let them be cancelled; when one is over the whole page is drawn anew."""
    if any(job.is_over for job in pending):
        st.rerun()
    now = max((job.watch.progress for job in pending), key=lambda one: (bool(one.step), one.seconds))
    with st.container(horizontal=True, vertical_alignment="center"):
        many = _("{n} files · ").format(n=len(pending)) if len(pending) > 1 else ""
        st.progress(now.share or 0.0, many + told(now))
        st.button(_("Cancel"), key=f"{key}.cancel", on_click=_cancel, args=(pending,))


def _cancel(pending: Sequence[Job]) -> None:
    for job in pending:
        job.cancel()


def told(now: Progress) -> str:
    """A progress in one line: the step, how much is done, how fast, how long it may still take."""
    if not now.step:
        return _("Waiting for its turn …")
    parts = [_(now.step)]
    if now.share:
        parts.append(format_value(now.share, "share", compact=True))
    if now.speed and now.unit in _SPEEDS:
        divisor, text = _SPEEDS[now.unit]
        parts.append(_(text).format(n=format_value(now.speed / divisor, "number", compact=True)))
    if now.seconds_left is not None and now.seconds > 1:
        parts.append(_time_left(now.seconds_left))
    return " · ".join(parts)


def _time_left(seconds: float) -> str:
    if seconds < 60:
        n = max(1, round(seconds))
        return ngettext("about {n} second left", "about {n} seconds left", n).format(n=n)
    n = round(seconds / 60)
    return ngettext("about {n} minute left", "about {n} minutes left", n).format(n=n)
