"""An import that is cancelled, at whatever moment, leaves the workspace as it was."""

from pathlib import Path
from threading import Thread, Timer

import duckdb
import pytest

from loyalty_metrics import Workspace, store
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportCancelled, QueryStopped
from loyalty_metrics.ingest.watch import Watch
from tests.keeping.shops import assert_same, data, write


class Steps(Watch):
    """Remembers the steps, and cancels when one begins."""

    def __init__(self, cancel_at: str | None = None) -> None:
        super().__init__()
        self.steps: list[str] = []
        self._cancel_at = cancel_at

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        super().step(name, total, unit)
        self.steps.append(name)
        if name == self._cancel_at:
            self.cancel()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    workspace.import_file(write(tmp_path, "first.csv", "1,A,2025-01-05,10", "2,B,2025-02-07,20"))
    return workspace


STEPS = ["Looking at every column", "Checking every row", "Adding up rows and money", "Writing into the workspace"]


def test_an_import_tells_its_steps(workspace: Workspace, tmp_path: Path) -> None:
    watch = Steps()
    workspace.import_file(write(tmp_path, "more.csv", "3,A,2025-03-05,10"), watch=watch)
    assert [step for step in watch.steps if step in STEPS] == STEPS


def test_what_a_first_import_leaves_to_derive_is_done_once(workspace: Workspace) -> None:
    workspace.derive(watch := Steps())
    assert (watch.steps, watch.progress.share) == (["Rebuilding the figures"], 1)
    workspace.derive(again := Steps())
    assert again.steps == []


def test_a_question_rebuilds_what_a_cancelled_rebuilding_left(workspace: Workspace) -> None:
    with pytest.raises(ImportCancelled):
        workspace.derive(Steps(cancel_at="Rebuilding the figures"))
    assert workspace.measure("what_counts").frame["orders"].sum() == 2


def test_other_tables_leave_what_is_derived_as_it_is(workspace: Workspace, tmp_path: Path) -> None:
    workspace.derive()
    points = write(tmp_path, "points.csv", "A,2025-01-05,issued,5", columns="customer_id,posted_at,kind,points")
    workspace.import_file(points, table="points")
    workspace.derive(watch := Steps())
    assert watch.steps == []


@pytest.mark.parametrize("step", STEPS)
def test_cancelling_at_any_step_changes_nothing(workspace: Workspace, tmp_path: Path, step: str) -> None:
    before, version = data(workspace), workspace.version
    file = write(tmp_path, "more.csv", "3,A,2025-03-05,10")
    with pytest.raises(ImportCancelled, match="nothing was changed"):
        workspace.import_file(file, watch=Steps(cancel_at=step))
    assert (workspace.version, len(workspace.imports())) == (version, 1)
    assert_same(before, data(workspace))
    workspace.import_file(file, watch=Watch())
    assert workspace.table_rows()["transactions"] == 3


def test_cancelling_stops_a_query_that_runs(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_ends(cursor: store.Cursor, *_: object) -> None:
        cursor.value("select count(*) from range(1000000000) as a(i) cross join range(1000000000) as b(i)")

    monkeypatch.setattr(store, "load", never_ends)
    watch = Watch()
    Timer(0.3, watch.cancel).start()
    with pytest.raises(ImportCancelled):
        workspace.import_file(write(tmp_path, "more.csv", "3,A,2025-03-05,10"), watch=watch)
    assert workspace.version == 1


def test_a_stopped_query_is_told_as_such(workspace: Workspace) -> None:
    with workspace._database.cursor() as cursor:
        cursor.interrupt()
        with pytest.raises(QueryStopped):
            cursor.run("select 1")


class CancelledAt:
    """A connection that is interrupted as a statement begins, and tells so after the statement has happened."""

    def __init__(self, cursor: Cursor, connection: object, sql: str) -> None:
        self.cursor, self.connection, self.sql = cursor, connection, sql

    def execute(self, sql: str, *bound: object) -> object:
        if sql == self.sql:
            other = Thread(target=self.cursor.interrupt)
            other.start()
            other.join(10)
            assert not other.is_alive()
        result = self.connection.execute(sql, *bound)
        if sql == self.sql and self.cursor._stopped:
            raise duckdb.InterruptException("Interrupted!")
        return result

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)


@pytest.mark.parametrize(("moment", "rows"), [("commit", 1), ("insert into kept values (1)", 0)])
def test_a_transaction_told_as_stopped_has_not_happened(moment: str, rows: int) -> None:
    database, stopped = Database(None), False
    with database.cursor() as cursor:
        cursor.run("create table kept (i integer)")
    try:
        with database.cursor() as cursor:
            cursor._connection = CancelledAt(cursor, cursor._connection, moment)
            with cursor.transaction():
                cursor.run("insert into kept values (1)")
    except QueryStopped:
        stopped = True
    with database.cursor() as cursor:
        assert cursor.value("select count(*) from kept") == rows
    assert stopped is (rows == 0)
