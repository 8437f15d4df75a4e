"""What is done with a file beside the page: it is looked at and checked without changing anything, then loaded."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import streamlit as st

from loyalty_metrics import alerting
from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest import FileSketch, ImportReport, Question
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.mappings import SavedMapping
from loyalty_metrics.schema import TRANSACTIONS
from loyalty_metrics.workspace import Workspace
from pages._ui import incoming
from pages._ui.incoming import Incoming
from pages._ui.jobs import Job
from pages._ui.mapping import Choices
from pages._ui.view import View

LOOK, LOAD = "look", "load"

_LOADING = Lock()
"""One file is loaded at a time: then what it changed can be told."""


@dataclass(frozen=True)
class Looked:
    """What a look at a file found.

    Attributes:
        sketch: What its columns are taken for, and what is open.
        report: What loading it would do; None while something is open.
        options: How it was read.
        saved: How files of its kind are read by an earlier decision, if there was one.
    """

    sketch: FileSketch
    report: ImportReport | None
    options: Mapping[str, Any]
    saved: SavedMapping | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only the analyst can tell: of the file, and of how it goes with what is there already."""
        return (*self.sketch.questions, *(self.report.questions if self.report else ()))

    @property
    def is_clear(self) -> bool:
        """Whether it can be loaded as it is."""
        return self.report is not None and not self.questions and self.report.loaded > 0

    @property
    def is_known(self) -> bool:
        """Whether all that could be loaded is in the workspace already."""
        reasons = {reason.code for reason in self.report.reasons} if self.report else set()
        return self.report is not None and not self.report.loaded and "already_imported" in reasons

    @property
    def currency(self) -> str | None:
        """The currency the file names, if it names one only."""
        named = {code for column in self.sketch.columns if column.role == "currency" for code in column.samples}
        return named.pop().upper() if len(named) == 1 else None


@dataclass(frozen=True)
class Loaded:
    """What loading a file did.

    Attributes:
        import_id: Its number in the history.
        report: The account of its rows and money.
        kind: What files with the same columns share.
        options: What was decided for such files.
        before: The workspace's totals without it.
        after: The workspace's totals with it.
    """

    import_id: int
    report: ImportReport
    kind: str
    options: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def look(view: View, one: Incoming) -> Job:
    """The job that looks at a file as it is to be read now; it begins where there is none.

    The first look tells the kind of the file; what was decided for that kind may call for another one.
    """
    done_for, job = one.jobs.get(LOOK, (None, None))
    if one.kind is None and job and job.is_over:
        _learn_kind(one, job)
    options = Choices(one.kind).options if one.kind else {}
    wanted = (view.name, view.version, one.table, options)
    if job is None or done_for != wanted:
        if job:
            job.cancel()
        workspace, path, table = view.workspace, one.path, one.table or one.fitting
        job = Job(lambda watch: _look(workspace, path, table, options, watch))
        one.jobs[LOOK] = wanted, job
    return job


def _learn_kind(one: Incoming, job: Job) -> None:
    """Know the kind of a file, and take over what was decided for such files."""
    if job.error:
        one.kind = f"file.{one.key}"
        return
    found: Looked = job.outcome()
    one.kind, one.fitting = found.sketch.fingerprint, found.sketch.table
    if found.saved:
        Choices(one.kind).begin_with(found.saved.options)


def load(view: View, one: Incoming, found: Looked) -> None:
    """Begin to load a file as it was looked at: whole, or not at all; once, however often it is asked for."""
    running = loading(view, one)
    if running and not (running.is_over and running.error):
        return
    workspace, table, options, by = view.workspace, found.sketch.table, found.options, who()
    one.jobs[LOAD] = view.name, Job(lambda watch: _load(workspace, one, table, options, by, watch))


def loading(view: View, one: Incoming) -> Job | None:
    """The job that loads the file into this workspace, or did."""
    name, job = one.jobs.get(LOAD, (None, None))
    return job if name == view.name else None


def files_for(view: View) -> list[Incoming]:
    """The files to show in a workspace: an upload that went into another one is gone."""
    return [one for one in incoming.files() if loading(view, one) or one.path.exists()]


def is_loaded(view: View, one: Incoming) -> bool:
    """Whether the file has become part of this workspace."""
    job = loading(view, one)
    return job is not None and job.is_over and job.error is None


def keep_up(view: View) -> None:
    """Draw the page anew when a file was loaded while it was being drawn: its figures would be the old ones."""
    if view.workspace.version != view.version:
        st.rerun()


def look_again(one: Incoming) -> None:
    """Forget what came of the last look and load."""
    one.jobs.clear()
    one.kind = None


def _look(workspace: Workspace, path: Any, table: str | None, options: Mapping[str, Any], watch: Watch) -> Looked:
    watch.step("Looking at the file")
    sketch = workspace.inspect(path, watch=watch, table=table or TRANSACTIONS.name, **options)
    if table is None and sketch.tables[0] != sketch.table:
        sketch = workspace.inspect(path, watch=watch, table=sketch.tables[0], **options)
    saved = workspace.mapping_for(sketch.fingerprint, sketch.table)
    if sketch.questions:
        return Looked(sketch, None, options, saved)
    report = workspace.import_file(path, table=sketch.table, dry_run=True, watch=watch, **options)
    return Looked(sketch, report, options, saved)


def who() -> str | None:
    """Who is signed in, for the history; None where nobody signs in."""
    return str(st.user.get("email") or st.user.get("name") or "") or None


def _load(
    workspace: Workspace, one: Incoming, table: str, options: Mapping[str, Any], by: str | None, watch: Watch
) -> Loaded:
    watch.step("Waiting for another file")
    with _LOADING:
        watch.step("Reading the file")
        before = totals(workspace)
        report = workspace.import_file(one.path, table=table, name=one.name, who=by, watch=watch, **options)
        import_id = int(workspace.imports()["import_id"].iloc[0])
        bring_up_to_date(workspace, watch)
        alerting.after_import(workspace)
        after = totals(workspace)
    one.remove()
    return Loaded(import_id, report, str(one.kind), options, before, after)


def bring_up_to_date(workspace: Workspace, watch: Watch) -> None:
    """Rebuild what follows from a change: too late to cancel, it is made, and the next question would do the rest."""
    with suppress(ImportCancelled):
        workspace.derive(watch)


def totals(workspace: Workspace) -> dict[str, Any]:
    """The few figures that an import is expected to move."""
    counted = workspace.measure("what_counts").frame
    buyers = workspace.measure("repeat_purchase_rate").frame
    return {
        "customers": buyers.loc[buyers["figure"] == "repeat_rate", "denominator"].max(),
        "orders": counted["orders"].sum(),
        "revenue": counted["revenue"].sum(),
    }
