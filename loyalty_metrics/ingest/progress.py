"""Tell how far a long statement of an import is, which the database knows and the thread that waits for it does not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Watch

_LOOK_EVERY = 0.2
"""Seconds between two looks at how far the database is."""


@contextmanager
def measured(watch: Watch, cursor: Cursor, step: str, rows: int) -> Iterator[None]:
    """Make the block a step of so many rows, and tell how many of them the statement that runs has seen."""
    watch.step(step, rows)
    cursor.tell_progress()
    over = Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY):
            if (share := cursor.share_done) is not None:
                with suppress(ImportCancelled):  # the thread that imports will find out for itself
                    watch.advance(int(share * rows))

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
