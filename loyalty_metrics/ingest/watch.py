"""Follow an import while it runs: which step it is in, how far that is, how long it may still take; and stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from loyalty_metrics.errors import ImportCancelled


@dataclass(frozen=True)
class Progress:
    """Where an import stands.

    Attributes:
        step: What is being done, in a few words for people.
        done: How much of it is done, in the unit of `total`.
        total: How much there is to do; None where that is not known.
        unit: `bytes`, `rows` or `tables`.
        seconds: How long the step has been going on.
    """

    step: str
    done: int
    total: int | None
    unit: str
    seconds: float

    @property
    def share(self) -> float | None:
        """The part of the step that is done, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def speed(self) -> float | None:
        """Units a second."""
        return self.done / self.seconds if self.done and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long the step may still take at the speed it has had."""
        return (self.total - self.done) / self.speed if self.total and self.speed else None


class Watch:
    """One import seen from outside: the thread that imports writes to it, any other thread reads it or cancels."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._step, self._unit = "", "rows"
        self._done = 0
        self._total: int | None = None
        self._since = time.monotonic()
        self._cancelled = False
        self._interrupts: list[Callable[[], None]] = []

    @property
    def progress(self) -> Progress:
        """Where the import stands now."""
        with self._lock:
            seconds = time.monotonic() - self._since
            return Progress(self._step, self._done, self._total, self._unit, seconds)

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """Begin a step; the import stops here if it was cancelled."""
        self.check()
        with self._lock:
            self._step, self._unit = name, unit
            self._done, self._total = 0, total
            self._since = time.monotonic()

    def advance(self, done: int) -> None:
        """Say how much of the step is done by now; the import stops here if it was cancelled."""
        self.check()
        with self._lock:
            self._done = done

    def on_cancel(self, interrupt: Callable[[], None]) -> None:
        """Have something called on cancelling that ends work which cannot look at the watch: a running query."""
        with self._lock:
            self._interrupts.append(interrupt)

    def cancel(self) -> None:
        """Stop the import soon; nothing of it will be kept."""
        with self._lock:
            self._cancelled = True
            interrupts = list(self._interrupts)
        for interrupt in interrupts:
            interrupt()

    def check(self) -> None:
        """Stop here if the import was cancelled.

        Raises:
            ImportCancelled: It was.
        """
        if self._cancelled:
            raise ImportCancelled("The import was cancelled; nothing was changed.")
