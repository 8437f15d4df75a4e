"""Bring files into a workspace, each whole or not at all, and take them back."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

import pandas as pd

from loyalty_metrics import (
    derived,
    history,
    incident,
    ingest,
    mappings,
    order_numbers,
    overlap,
    restatements,
    store,
)
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused, QueryStopped
from loyalty_metrics.ingest import FileSketch, ImportOptions, ImportReport
from loyalty_metrics.ingest.check import MADE, ROWS, TAKEN_BACK
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.progress import measured
from loyalty_metrics.ingest.sketch import fingerprint
from loyalty_metrics.ingest.stage import show_rows
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.registry import Registry
from loyalty_metrics.schema import TABLES, TRANSACTIONS

_INCOMING = "incoming"
_BLOCK = 1 << 20


class NothingNew(ImportRefused):
    """All that a file brings is there already; `report` is its account."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True)
class Incoming:
    """One file on its way in.

    Attributes:
        path: Where it lies.
        name: What people call it.
        table: Which table its rows belong to.
        table_is_said: Whether somebody named the table, and it is not that of transactions for want of a word.
        who: Who brings it in, where that is known.
        options: What the analyst says of it; see `ingest.ImportOptions`.
    """

    path: Path
    name: str
    table: str
    who: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    table_is_said: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be opened."""
        if self.table not in TABLES:
            raise ImportRefused(f"There is no table {self.table!r}; there are {', '.join(TABLES)}.")
        if not self.path.is_file():
            raise ImportRefused(f"There is no file {self.path}.")

    @property
    def settings(self) -> ImportOptions:
        """The options as the reader takes them."""
        return ImportOptions(table=self.table, table_is_said=self.table_is_said, **self.options)


class Importer:
    """Writes to one workspace; one import at a time."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry
        self._writing = RLock()

    def look(self, path: Path, options: ImportOptions, watch: Watch) -> FileSketch:
        """Tell what the columns of a file are taken for, and what must be asked."""
        with self._database.cursor() as cursor, following(watch, cursor):
            return ingest.inspect(cursor, path, options, watch)

    def check(self, file: Incoming, watch: Watch) -> ImportReport:
        """Tell what an import would do, and change nothing."""
        with self._database.cursor() as cursor, following(watch, cursor):
            return _stage(cursor, *_with_mapping(cursor, file), watch).report

    def load(self, file: Incoming, watch: Watch) -> ImportReport:
        """Import a file."""
        with (
            self._begun(file),
            self._database.cursor() as cursor,
            following(watch, cursor),
            ThreadPoolExecutor(1) as beside,
        ):
            digest = beside.submit(_sha256, file.path, watch)
            if cursor.value("select count(*) from imports"):
                watch.step("Looking for an earlier import of the file")
                _refuse_repeat(cursor, file, digest.result())
            file, notes = _with_mapping(cursor, file)
            # Before the transaction: what is read on the way would fill the memory until its end.
            staged = _stage(cursor, file, notes, watch)
            _refuse(staged.report)
            with cursor.transaction():
                self._keep(cursor, file, digest.result(), staged, watch)
        return staged.report

    def _keep(self, cursor: Cursor, file: Incoming, digest: str, staged: "_Staged", watch: Watch) -> None:
        """Put what was staged into the workspace and its history."""
        import_id = store.next_import(cursor)
        may_move = staged.found.orders > 0 or restatements.may_move(cursor, staged.days.first)
        is_past = file.table == TRANSACTIONS.name and may_move
        until = self._last_day(cursor, watch) if is_past else None
        with (
            self._logged(cursor, file.table, until, "import", import_id, file.name, watch),
            measured(watch, cursor, "Writing into the workspace", staged.report.loaded),
        ):
            _settle(cursor, file, import_id, staged)
        store.record(
            cursor,
            import_id,
            staged.report,
            who=file.who,
            sha256=digest,
            kind=staged.kind,
            options=file.options,
            first_day=staged.days.first,
            last_day=staged.days.last,
        )

    def undo(self, import_id: int, watch: Watch) -> None:
        """Take one import back."""
        with self._writing, self._database.transaction() as cursor, following(watch, cursor):
            done = history.find(cursor, import_id)
            until = done.known_without if done.table == TRANSACTIONS.name and self._last_day(cursor, watch) else None
            with self._logged(cursor, done.table, until, "undo", import_id, done.file, watch):
                watch.step("Taking the rows back")
                history.undo(cursor, import_id, done.table)

    def derive(self, watch: Watch) -> None:
        """Rebuild what is derived from the rows, where an import has changed them since it was last built."""
        with self._database.cursor() as cursor:
            if store.state(cursor).is_derived:
                return
        with self._writing, self._database.transaction() as cursor, following(watch, cursor):
            self._last_day(cursor, watch)

    def _last_day(self, cursor: Cursor, watch: Watch) -> date | None:
        """The last day with a transaction, after what is derived is brought up to date."""
        if not store.state(cursor).is_derived:
            derived.derive(cursor, self._registry, watch)
        return store.state(cursor).last_day

    def undo_would_move(self, import_id: int) -> pd.DataFrame:
        """The figures of months gone by that taking an import back would move; nothing is changed."""
        with self._writing, self._database.cursor() as cursor, cursor.rehearsal():
            done = history.find(cursor, import_id)
            is_past = done.table == TRANSACTIONS.name and self._last_day(cursor, Watch())
            if not (is_past and done.known_without):
                return restatements.read(cursor, -1)
            cursor.run("delete from restatements")
            with self._logged(cursor, done.table, done.known_without, "undo", import_id, done.file, Watch()):
                history.undo(cursor, import_id, done.table)
            return restatements.read(cursor, import_id)

    @contextmanager
    def changing_people(self, change: str, ids: Iterable[str]) -> Iterator[Cursor]:
        """Change who counts as one person, and log what of the past follows from it.

        Args:
            change: `accept`, `refuse` or `undecide`.
            ids: The customer ids.
        """
        with self._writing, self._database.transaction() as cursor:
            until = self._last_day(cursor, Watch())
            who = ", ".join(sorted(ids))
            with self._logged(cursor, TRANSACTIONS.name, until, change, None, who, Watch()):
                yield cursor

    @contextmanager
    def changing(self, *tables: str) -> Iterator[Cursor]:
        """Change what is kept beside the data, such as rules: a new version of the workspace.

        Args:
            *tables: What changes; stored models that read none of them hold on.
        """
        with self._writing, self._database.transaction() as cursor:
            yield cursor
            derived.changed(cursor, self._registry, *tables)

    @contextmanager
    def _begun(self, file: Incoming) -> Iterator[None]:
        """Hold the workspace for one import, and leave a note as long as it lasts."""
        with self._writing:
            with self._database.cursor() as cursor:
                version = store.state(cursor).version
            with incident.noted(self._database.path, file.name, file.who, version):
                yield

    @contextmanager
    def _logged(
        self,
        cursor: Cursor,
        table: str,
        until: date | None,
        change: str,
        import_id: int | None,
        file: str,
        watch: Watch,
    ) -> Iterator[None]:
        """Count the change that the block makes, and write into the restatement log what it moves up to `until`.

        Where there is no such day, no past figure can have moved, and what is derived waits for the next question.
        """
        if until:
            restatements.remember(cursor, until, import_id if change == "undo" else None)
        yield
        derived.changed(cursor, self._registry, table)
        if until:
            derived.derive(cursor, self._registry, watch)
            restatements.write(cursor, until, change, import_id, file)


def _with_mapping(cursor: Cursor, file: Incoming) -> tuple[Incoming, list[str]]:
    """Read the file as the saved mapping for its kind says, where the caller says nothing."""
    mapping = None if file.options else mappings.for_file(cursor, file.path, file.table)
    if mapping is None:
        return file, []
    return replace(file, options=mapping.options, table_is_said=True), [
        f'The file is read by the saved mapping "{mapping.name}".'
    ]


@dataclass
class _Staged:
    """What lies ready in the cursor's temporary tables."""

    report: ImportReport
    kind: str
    days: overlap.Days
    found: overlap.Overlap
    taken_back: bool


def _stage(cursor: Cursor, file: Incoming, notes: list[str], watch: Watch) -> _Staged:
    """Read and check a file, and set aside what the workspace holds already."""
    overlap.check_answer(file.settings.known_orders)
    order_numbers.check_answer(file.settings.order_ids)
    seen: list[Any] = []

    def compare(plan: Plan) -> Plan:
        _show_incoming(cursor, plan)
        numbers = order_numbers.Respelled()
        if file.table == TRANSACTIONS.name and not plan.make_order_ids:
            answer = file.settings.order_ids
            numbers = order_numbers.find(cursor, _INCOMING, store.ANY_IMPORT, file.name, answer)
        if numbers.is_same:
            plan = replace(plan, respells=True)
            show_rows(cursor, plan)
            _show_incoming(cursor, plan)
        days = overlap.days_of(cursor, file.table, _INCOMING)
        has_taken_back = cursor.value(
            "select count(*) from duckdb_tables() where temporary and table_name = $name", {"name": TAKEN_BACK}
        )
        taken_back = TAKEN_BACK if has_taken_back else None
        found = overlap.find(cursor, file.table, _INCOMING, days, store.ANY_IMPORT, file.name, taken_back)
        seen.extend((fingerprint(plan.table, plan.source), days, found, taken_back is not None, numbers))
        if found.rows:
            overlap.set_aside(cursor, file.table, _INCOMING)
        return plan

    report = ingest.stage(cursor, file.path, file.settings, watch, compare)
    kind, days, found, has_taken_back, numbers = seen
    if file.table == TRANSACTIONS.name:
        store.check_currency(cursor)
    asked = (found.question,) if found.question and not file.settings.known_orders else ()
    if numbers.question:
        asked = (numbers.question, *asked)
    notes = [*notes, *report.notes, *([numbers.note] if numbers.note else [])]
    notes += history.told(file.table, found, file.settings.known_orders)
    report = replace(report, file=file.name, notes=tuple(notes), questions=asked)
    return _Staged(report, kind, days, found, has_taken_back)


def _show_incoming(cursor: Cursor, plan: Plan) -> None:
    """Show the staged lines in canonical columns, with the place of each."""
    shown = ", ".join(f"{plan.shown(name)} as {name}" for name in plan.table.names)
    lines = f"select {shown}, line_no, line_no as row_id from {ROWS}"
    if plan.makes_lines:
        lines += f" union all select *, -1 - rowid from {MADE}"
    cursor.run(f"create or replace temp view {_INCOMING} as {lines}")


def _settle(cursor: Cursor, file: Incoming, import_id: int, staged: _Staged) -> None:
    """Put what was staged where it belongs."""
    history.keep_aside(cursor, file.table, import_id, overlap.REPEATS, staged.found, file.settings.known_orders)
    if staged.taken_back:
        cursor.run(f"insert into orders_taken_back select $import_id, * from {TAKEN_BACK}", {"import_id": import_id})
    store.load(cursor, file.table, import_id, {found.column for found in staged.report.mapping})


@contextmanager
def following(watch: Watch, cursor: Cursor) -> Iterator[None]:
    """Let the watch stop what the cursor runs."""
    watch.on_cancel(cursor.interrupt)
    watch.check()
    try:
        yield
    except QueryStopped:
        watch.check()
        raise


def _sha256(path: Path, watch: Watch) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            watch.check()
            digest.update(block)
    return digest.hexdigest()


def _refuse_repeat(cursor: Cursor, file: Incoming, digest: str) -> None:
    before = cursor.rows(
        "select file, imported_at, report from imports where sha256 = $sha256 and table_name = $table",
        {"sha256": digest, "table": file.table},
    )
    for name, moment, text in before:
        sentence = f"{file.name} was already imported on {moment:%Y-%m-%d} as {name}; nothing was changed."
        report = history.all_repeated(ImportReport.from_json(text))
        raise NothingNew(sentence, replace(report, file=file.name, notes=(sentence,)))


def _refuse(report: ImportReport) -> None:
    """Refuse a file that leaves a question open, and one of which nothing is loaded."""
    if report.questions:
        raise ImportRefused(report.questions[0].sentence)
    if report.loaded == 0 and not report.facts.get("refund_lines_made"):
        reason = report.reasons[0].sentence if report.reasons else "It holds no rows."
        hint = next((f" {note}" for note in report.notes if "--date-format" in note and "set aside" in note), "")
        sentence = f"No row of {report.file} could be loaded: {reason}{hint} Nothing was changed."
        is_known = any(found.code == overlap.REPEATED for found in report.reasons)
        raise NothingNew(sentence, report) if is_known else ImportRefused(sentence)
