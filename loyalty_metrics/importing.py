"""Bring files into a workspace, each whole or not at all, and take them back."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any

from loyalty_metrics import incident, ingest, store
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportCancelled, ImportRefused, LoyaltyError, QueryStopped
from loyalty_metrics.ingest import ImportOptions, ImportReport
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.registry import Registry
from loyalty_metrics.schema import TABLES, TRANSACTIONS

_LOOK_EVERY = 0.2
"""Seconds between two looks at how far the database is."""


@dataclass(frozen=True)
class Incoming:
    """One file on its way in.

    Attributes:
        path: Where it lies.
        name: What people call it.
        table: Which table its rows belong to.
        who: Who brings it in, where that is known.
        options: What the analyst says of it; see `ingest.ImportOptions`.
    """

    path: Path
    name: str
    table: str
    who: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be opened."""
        if self.table not in TABLES:
            raise ImportRefused(f"There is no table {self.table!r}; there are {', '.join(TABLES)}.")
        if not self.path.is_file():
            raise ImportRefused(f"There is no file {self.path}.")

    @property
    def settings(self) -> ImportOptions:
        """The options as the reader takes them."""
        return ImportOptions(table=self.table, **self.options)


class Importer:
    """Writes to one workspace; one import at a time."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry
        self._writing = RLock()

    def check(self, file: Incoming, watch: Watch) -> ImportReport:
        """Tell what an import would do, and change nothing."""
        with self._database.cursor() as cursor, _following(watch, cursor):
            return self._stage(cursor, file, watch)

    def load(self, file: Incoming, watch: Watch) -> ImportReport:
        """Import a file."""
        with self._begun(file), self._database.transaction() as cursor, _following(watch, cursor):
            digest = _sha256(file.path)
            _refuse_repeat(cursor, file, digest)
            report = self._stage(cursor, file, watch)
            _refuse_nothing(report)
            import_id = store.next_import(cursor)
            columns = {found.column for found in report.mapping}
            watch.step("Sorting into the workspace", report.loaded)
            with _told(watch, cursor, report.loaded):
                store.load(cursor, file.table, import_id, columns)
            store.record(cursor, import_id, report, digest, file.who, file.options)
            self._changed(cursor, file.table, watch)
        return report

    def undo(self, import_id: int) -> None:
        """Take one import back."""
        with self._writing, self._database.transaction() as cursor:
            found = cursor.rows("select table_name from imports where import_id = $id", {"id": import_id})
            if not found:
                raise LoyaltyError(f"There is no import {import_id} in this workspace.")
            store.remove(cursor, import_id, found[0][0])
            self._changed(cursor, found[0][0], Watch())

    @contextmanager
    def _begun(self, file: Incoming) -> Iterator[None]:
        """Hold the workspace for one import, and leave a note as long as it lasts."""
        with self._writing:
            with self._database.cursor() as cursor:
                version = store.state(cursor).version
            with incident.noted(self._database.path, file.name, file.who, version):
                yield

    def _stage(self, cursor: Cursor, file: Incoming, watch: Watch) -> ImportReport:
        report = ingest.stage(cursor, file.path, file.settings, watch)
        return replace(report, file=file.name)

    def _changed(self, cursor: Cursor, table: str, watch: Watch) -> None:
        if table == TRANSACTIONS.name:
            store.derive(cursor, self._registry, watch)
        store.changed(cursor)


@contextmanager
def _following(watch: Watch, cursor: Cursor) -> Iterator[None]:
    """Let the watch stop what the cursor runs."""
    watch.on_cancel(cursor.interrupt)
    try:
        yield
    except QueryStopped:
        watch.check()
        raise


@contextmanager
def _told(watch: Watch, cursor: Cursor, rows: int) -> Iterator[None]:
    """Tell the watch, while the block runs, how far the database is with the rows."""
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_repeat(cursor: Cursor, file: Incoming, digest: str) -> None:
    before = cursor.rows(
        "select file, imported_at from imports where sha256 = $sha256 and table_name = $table",
        {"sha256": digest, "table": file.table},
    )
    if before:
        raise ImportRefused(
            f"{file.name} was already imported on {before[0][1]:%Y-%m-%d} as {before[0][0]}; nothing was changed."
        )


def _refuse_nothing(report: ImportReport) -> None:
    if report.loaded == 0:
        reason = report.reasons[0].sentence if report.reasons else "It holds no rows."
        raise ImportRefused(f"No row of {report.file} could be loaded: {reason} Nothing was changed.")
