"""What a workspace keeps: how data comes in, what became of it, and how it is taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from loyalty_metrics import (
    data_edge,
    derived,
    forecasts,
    history,
    identity,
    incident,
    loyalty_rules,
    mappings,
    new_columns,
    notes,
    restatements,
    rule_versions,
    saved_lists,
    store,
)
from loyalty_metrics.beside import Beside
from loyalty_metrics.data_edge import Edges
from loyalty_metrics.database import Database
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.forecasts import Forecast
from loyalty_metrics.importing import Importer, Incoming
from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.joined_files import join_files
from loyalty_metrics.mappings import SavedMapping
from loyalty_metrics.outside import fetched
from loyalty_metrics.registry import Registry
from loyalty_metrics.rule_versions import Version
from loyalty_metrics.saved_lists import SavedList
from loyalty_metrics.schema import TABLES, TRANSACTIONS
from loyalty_metrics.scope import Scope
from loyalty_metrics.segment_rules import Rules
from loyalty_metrics.several import import_each
from loyalty_metrics.shared import Shared


class Kept(Beside):
    """The data of one business, and every way to change it. `Workspace` adds the questions."""

    def __init__(self, database: Database, registry: Registry) -> None:
        super().__init__(database)
        self.registry = registry
        self._importer = Importer(database, registry)
        self._shared = Shared(registry)
        self._edges = Edges(registry)
        with database.cursor() as cursor:
            is_new = cursor.value("select count(*) from information_schema.tables where table_name = 'settings'") == 0
        if is_new:
            with database.transaction() as cursor:
                store.create(cursor)
        elif (layout := self.setting("layout")) != str(store.LAYOUT):
            raise LoyaltyError(
                f"{database.path} has layout {layout}, this version reads layout {store.LAYOUT}."
                " Import the original files into a new workspace."
            )
        elif self.setting("models") != derived.fingerprint(registry):
            with database.transaction() as cursor:
                derived.forget_derived(cursor)

        with database.transaction() as cursor:
            store.complete(cursor)
            new_columns.add(cursor)
            loyalty_rules.write(cursor)
        self._incident = incident.found(database.path, self.version) if database.path else None

    @property
    def path(self) -> Path | None:
        """The file, or None in memory."""
        return self._database.path

    @property
    def incident(self) -> str | None:
        """What happened to an import that was killed before this workspace was opened, if one was."""
        return self._incident

    @property
    def version(self) -> int:
        """A number that grows with every change of the data; results may be kept by (version, scope)."""
        return int(self.setting("version") or 0)

    def setting(self, name: str) -> str | None:
        """A setting of the workspace, such as its time zone."""
        with self._database.cursor() as cursor:
            found = cursor.rows("select value from settings where name = $name", {"name": name})
        return found[0][0] if found else None

    def import_file(
        self,
        path: str | Path,
        table: str | None = None,
        *,
        dry_run: bool = False,
        name: str | None = None,
        who: str | None = None,
        watch: Watch | None = None,
        **options: Any,
    ) -> ImportReport:
        """Import one file: whole, or not at all.

        Args:
            path: CSV, TSV, text, XLSX, XLS, Parquet, JSON, JSON Lines or SQLite.
            table: Which table its rows belong to. Left out, it is that of transactions, and a file that looks like one
                for another table is refused.
            dry_run: Report what would happen and change nothing.
            name: The file's name for people, when it lies under another one.
            who: Who imports it, for the history.
            watch: Tells another thread how far the import is, and lets it cancel.
            **options: What the file does not say itself; see `ingest.ImportOptions`.

        Returns:
            The account of every row and all money: `read == loaded + set_aside`.

        Raises:
            ImportRefused: The file cannot be read with certainty; nothing was changed.
            ImportCancelled: The watch was told to cancel; nothing was changed.
        """
        told = {option: value for option, value in options.items() if value not in (None, {})}
        whole = name or Path(path).name
        file = Incoming(Path(path), whole, table or TRANSACTIONS.name, who, told, table_is_said=table is not None)
        run = self._importer.check if dry_run else self._importer.load
        return run(file, watch or Watch())

    def import_files(
        self,
        paths: Iterable[str | Path],
        table: str | None = None,
        *,
        dry_run: bool = False,
        who: str | None = None,
        watch: Watch | None = None,
        **options: Any,
    ) -> list[ImportReport]:
        """Import several files of one kind, in the order of their names: each whole, or not at all.

        Orders, their lines and a list of customers that stand in files of their own come in as one.

        Args:
            paths: Files, patterns such as `exports/*.csv`, folders, archives.
            table: See `import_file`, as for the rest.
            dry_run: Report what would happen to each file if it came alone, and change nothing.
            who: Who imports them.
            watch: Tells of each file in turn; cancelling leaves those that are already in.
            **options: What the files do not say themselves.

        Raises:
            FilesRefused: Some were not imported; it names them, and holds the reports of the others.
        """
        return import_each(
            paths,
            lambda path: self.import_file(path, table, dry_run=dry_run, who=who, watch=watch, **options),
            self.join_files if table in (None, TRANSACTIONS.name) else None,
        )

    def join_files(self, files: Sequence[Path], folder: Path) -> list[Path]:
        """Lay orders, their lines and a list of customers that stand in files of their own side by side.

        Args:
            files: The files.
            folder: Where the joined file is written.

        Returns:
            The joined file and those that are no part of it; the files as they were, where none belong together.
        """
        with self._database.cursor() as cursor:
            return join_files(cursor, files, folder)

    def import_query(
        self,
        url: str,
        query: str,
        table: str | None = None,
        *,
        dry_run: bool = False,
        who: str | None = None,
        watch: Watch | None = None,
        **options: Any,
    ) -> ImportReport:
        """Import what a query brings from another database: whole, or not at all.

        Args:
            url: Its address as SQLAlchemy writes it: `postgresql://user:password@host/database`. The password is
                kept nowhere.
            query: One SELECT.
            table: See `import_file`, as for the rest.
            dry_run: Report what would happen and change nothing.
            who: Who imports it.
            watch: Tells another thread how far the import is, and lets it cancel.
            **options: What the rows do not say themselves.
        """
        watch = watch or Watch()
        with self._database.cursor() as cursor, fetched(cursor, url, query, watch) as (path, name):
            return self.import_file(path, table, dry_run=dry_run, name=name, who=who, watch=watch, **options)

    def undo_import(self, import_id: int, *, watch: Watch | None = None) -> None:
        """Take one import back; figures are then what they were without it.

        Args:
            import_id: Its number in the history.
            watch: Tells another thread how far it is, and lets it cancel: then nothing has changed.

        Raises:
            LoyaltyError: There is no such import, or a later one stands on it.
        """
        self._importer.undo(import_id, watch or Watch())

    def undo_would_move(self, import_id: int) -> pd.DataFrame:
        """Which figures of months gone by taking an import back would move: before and after, as in `restatements`.

        It is tried on the data and dropped again: of a large workspace, that takes as long as the undo.
        """
        return self._importer.undo_would_move(import_id)

    def derive(self, watch: Watch | None = None) -> None:
        """Rebuild the tables that make questions quick, where an import has changed the rows beneath them.

        The next question does this by itself; called after the last of several imports, it can be watched.
        """
        self._importer.derive(watch or Watch())

    def imports(self) -> pd.DataFrame:
        """The history: one row an import, newest first, with its report as JSON."""
        with self._database.cursor() as cursor:
            return cursor.frame("select * from imports order by import_id desc")

    def set_aside(self, import_id: int) -> pd.DataFrame:
        """The rows of an import that were not loaded, each with its line, reason and original text."""
        with self._database.cursor() as cursor:
            return history.set_aside(cursor, import_id)

    def restatements(self, import_id: int | None = None) -> pd.DataFrame:
        """Which past figures imports, undos and decisions on people moved: before, after, how many rows."""
        with self._database.cursor() as cursor:
            return restatements.read(cursor, import_id)

    def save_mapping(self, name: str, fingerprint: str, table: str, options: Mapping[str, Any]) -> None:
        """Remember how files of one kind are read; the next such file is read so by itself.

        Args:
            name: What people call it; one of the same name is replaced.
            fingerprint: The kind of file: `FileSketch.fingerprint`.
            table: Which table the rows belong to.
            options: What the file does not say itself; see `ingest.ImportOptions`.
        """
        with self._database.transaction() as cursor:
            mappings.save(cursor, name, fingerprint, table, options)

    def saved_mappings(self) -> list[SavedMapping]:
        """All saved mappings, the last saved first."""
        with self._database.cursor() as cursor:
            return mappings.read(cursor)

    def mapping_for(self, fingerprint: str, table: str) -> SavedMapping | None:
        """The saved mapping for a kind of file, if there is one."""
        with self._database.cursor() as cursor:
            return mappings.fitting(cursor, fingerprint, table)

    def forget_mapping(self, name: str) -> None:
        """Drop a saved mapping."""
        with self._database.transaction() as cursor:
            mappings.forget(cursor, name)

    def people_proposed(self) -> pd.DataFrame:
        """Groups of customer ids that seem to be one person: `customer_ids`, `evidence`, `status`.

        Evidence is an e-mail address or telephone number they share; `status` is proposed, accepted or refused.
        """
        with self._database.cursor() as cursor:
            return identity.proposed(cursor)

    def person_details(self, ids: Iterable[str]) -> pd.DataFrame:
        """What is known of each customer id by itself: name, e-mail, phone, orders, first and last day, revenue."""
        with self._database.cursor() as cursor:
            return identity.described(cursor, ids)

    def accept_person(self, ids: Iterable[str]) -> None:
        """Count customer ids as one customer in every measure, from now on and for the past."""
        ids = list(ids)
        with self._importer.changing_people("accept", ids) as cursor:
            identity.decide(cursor, ids, identity.ACCEPTED)

    def refuse_person(self, ids: Iterable[str]) -> None:
        """Remember that customer ids are not one person."""
        ids = list(ids)
        with self._importer.changing_people("refuse", ids) as cursor:
            identity.decide(cursor, ids, identity.REFUSED)

    def undo_person(self, ids: Iterable[str]) -> None:
        """Take back what was decided on these ids; figures are then what they were without it."""
        ids = list(ids)
        with self._importer.changing_people("undecide", ids) as cursor:
            identity.undo(cursor, ids)

    def rules(self) -> Version:
        """The rules of segments that hold: the last version saved, or the house rules."""
        return self.rule_versions()[0]

    def rule_versions(self) -> list[Version]:
        """All rules of segments that were saved, the last one first; the house rules end the list."""
        with self._database.cursor() as cursor:
            return rule_versions.read(cursor)

    def save_rules(self, rules: Rules, who: str | None = None, note: str = "") -> Version:
        """Let other rules of segments hold, for every measure and every date; the earlier ones stay in the list.

        Args:
            rules: How scores are made, and which segment each pair of them is.
            who: Who saves them.
            note: Why.

        Raises:
            LoyaltyError: Some customer would have no segment, or these rules hold already; nothing was changed.
        """
        with self._importer.changing(*rule_versions.TABLES) as cursor:
            return rule_versions.save(cursor, rules, who, note)

    def restore_rules(self, number: int, who: str | None = None) -> Version:
        """Go back to an earlier version of the rules, as a further version; 0 is the house rules."""
        with self._importer.changing(*rule_versions.TABLES) as cursor:
            found = rule_versions.find(cursor, number)
            return rule_versions.save(cursor, found.rules, who, f"Back to {found.told}")

    def say_opened(self, opened_on: date | str | None) -> None:
        """Say when the shop opened, as in `data_edge.say`: it decides who is new where the data begin."""
        with self._importer.changing() as cursor:
            data_edge.say(cursor, opened_on)

    def saved_lists(self) -> list[SavedList]:
        """The saved lists of customers, by name."""
        with self._database.cursor() as cursor:
            return saved_lists.read(cursor)

    def rename_list(self, list_id: int, title: str) -> None:
        """Call a saved list something else."""
        with self._database.transaction() as cursor:
            saved_lists.rename(cursor, list_id, title)

    def delete_list(self, list_id: int) -> None:
        """Put a saved list away; `restore_list` brings it back."""
        with self._database.transaction() as cursor:
            saved_lists.delete(cursor, list_id)

    def restore_list(self, list_id: int) -> None:
        """Have a deleted list back, with the members it had when it was saved."""
        with self._database.transaction() as cursor:
            saved_lists.restore(cursor, list_id)

    def notes(self, customer: str | None = None) -> pd.DataFrame:
        """Notes on a person, whichever of their ids they were written under, newest first; on everybody without a name.

        One row a note: `note_id`, `customer_id`, `written_at` (UTC), `author`, `text`, and `struck_at`, `struck_by` of
        those that were struck out.
        """
        with self._database.cursor() as cursor:
            return notes.read(cursor, customer)

    def add_note(self, customer: str, text: str, author: str) -> int:
        """Write a note on a customer; it changes no figure, and no import or undo touches it."""
        self.derive()
        with self._noting, self._database.transaction() as cursor:
            return notes.add(cursor, customer, text, author, datetime.now(UTC).replace(tzinfo=None))

    def strike_note(self, note_id: int, author: str) -> None:
        """Strike a note out; it is kept and marked."""
        with self._noting, self._database.transaction() as cursor:
            notes.strike(cursor, note_id, author, datetime.now(UTC).replace(tzinfo=None))

    def forecasts(self) -> list[Forecast]:
        """The forecasts that were published, the newest first."""
        with self._database.cursor() as cursor:
            return forecasts.read(cursor)

    def keep_forecast(self, scope: Scope, expected: pd.DataFrame, who: str) -> int:
        """Publish the measure `expected_orders` as it was asked for, with its as-of date; its number.

        It changes no figure, and no import or undo touches it.
        """
        with self._noting, self._database.transaction() as cursor:
            return forecasts.keep(cursor, scope, expected, who, datetime.now(UTC).replace(tzinfo=None))

    def drop_forecast(self, forecast_id: int) -> None:
        """Put a published forecast away."""
        with self._noting, self._database.transaction() as cursor:
            forecasts.drop(cursor, forecast_id, datetime.now(UTC).replace(tzinfo=None))

    def table_rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self._database.cursor() as cursor:
            return {name: cursor.value(f"select count(*) from {name}") for name in TABLES}
