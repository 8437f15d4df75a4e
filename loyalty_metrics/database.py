"""The one place where SQL is run: a DuckDB file, a cursor per call, errors that carry their statement."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from typing import Any, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa

from loyalty_metrics.errors import LoyaltyError, QueryFailed, QueryStopped, WorkspaceBusy

Parameters = Mapping[str, Any]
Answer = TypeVar("Answer")

MEMORY = "LOYALTY_METRICS_MEMORY"
"""Environment variable with the most memory a workspace may take, such as 2GB; by default a quarter of the machine's.

Beyond it the database goes on in temporary files, so that a file larger than the memory can be imported.
"""

_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
"""In which the database tells its settings."""

_NAMED = re.compile(r"\$([a-z_][a-z0-9_]*)")


class Cursor:
    """One conversation with the database, used by one thread. Temporary tables live as long as it does."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._stopped = self._is_committing = False
        self._deciding = Lock()

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""
        self._execute(sql, parameters)

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple]:
        """Run a query that returns a few rows."""
        return self._execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters | None = None) -> tuple:
        """Run a query that returns one row."""
        return self.rows(sql, parameters)[0]

    def value(self, sql: str, parameters: Parameters | None = None) -> Any:
        """Run a query that returns one value."""
        return self.row(sql, parameters)[0]

    def frame(self, sql: str, parameters: Parameters | None = None) -> pd.DataFrame:
        """Run a query that returns a frame for pandas; whole numbers with gaps are nullable integers."""
        return self._execute(sql, parameters).df()

    def table(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """Run a query whose rows go back into the database: every type stays what it is."""
        return self._told(sql, parameters, lambda bound: self._connection.sql(sql, params=bound).to_arrow_table())

    def register(self, name: str, table: pa.Table | pd.DataFrame) -> None:
        """Make an Arrow table or frame readable as `name` on this cursor alone."""
        self._connection.register(name, table)

    def memory_limit(self) -> float:
        """The bytes of memory the database may take."""
        number, unit = str(self.value("select current_setting('memory_limit')")).split()
        return float(number) * _UNITS[unit]

    def interrupt(self) -> None:
        """Stop the statement that runs, and let none begin; any thread may ask for it.

        A commit that has begun goes through: interrupted, it may be told as stopped and happen all the same.
        """
        with self._deciding:
            if self._is_committing:
                return
            self._stopped = True
            with suppress(duckdb.ConnectionException):  # closed: there is nothing left to stop
                self._connection.interrupt()

    def tell_progress(self) -> None:
        """Keep track of how far statements are: the database does so for a progress bar, which is never printed."""
        for setting in ("enable_progress_bar = true", "enable_progress_bar_print = false", "progress_bar_time = 0"):
            self.run(f"set {setting}")

    @property
    def share_done(self) -> float | None:
        """How far the running statement is, from 0 to 1; None where that is not known. For other threads to ask."""
        try:
            percent = self._connection.query_progress()
        except duckdb.ConnectionException:
            return None
        return percent / 100 if percent >= 0 else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Have what is run in the block happen whole or, when an exception leaves it, not at all."""
        self.run("begin transaction")
        try:
            yield
            with self._deciding:
                self._is_committing = not self._stopped
            self.run("commit")
        except BaseException:
            self.rollback()
            raise
        finally:
            self._is_committing = False

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Have what is run in the block never happen: what would come of it can be asked within."""
        self.run("begin transaction")
        try:
            yield
        finally:
            self.rollback()

    def rollback(self) -> None:
        """Undo what the transaction did so far; closing does so, too, should this be interrupted."""
        with suppress(duckdb.Error):
            self._connection.execute("rollback")

    def close(self) -> None:
        """Let go of the cursor and its temporary tables."""
        self._connection.close()

    def _execute(self, sql: str, parameters: Parameters | None) -> duckdb.DuckDBPyConnection:
        return self._told(sql, parameters, lambda bound: self._connection.execute(sql, bound))

    def _told(self, sql: str, parameters: Parameters | None, run: Callable[[Parameters | None], Answer]) -> Answer:
        """Run a statement with those of the parameters that it names; errors carry it."""
        used = set(_NAMED.findall(sql))
        bound = {name: value for name, value in (parameters or {}).items() if name in used}
        if self._stopped:
            raise QueryStopped("The query was stopped.", sql)
        try:
            return run(bound or None)
        except duckdb.InterruptException as error:
            raise QueryStopped("The query was stopped.", sql) from error
        except duckdb.Error as error:
            raise QueryFailed(f"The query could not be run: {str(error).splitlines()[0]}", sql) from error


class Database:
    """An embedded DuckDB file (or memory, with `path=None`), safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = RLock()
        self._spill = tempfile.TemporaryDirectory(prefix="loyalty-", ignore_cleanup_errors=True)
        try:
            self._connection = duckdb.connect(
                str(path) if path else ":memory:",
                config={
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "temp_directory": self._spill.name,
                    "memory_limit": os.environ.get(MEMORY, "25%"),
                },
            )
        except duckdb.ProgrammingError as error:
            raise LoyaltyError(
                f"{MEMORY} is {os.environ.get(MEMORY)!r}; write the most memory to take as 2GB or 25%."
            ) from error
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            raise WorkspaceBusy(
                f"{path} is open in another program."
                " Close the dashboard (or the other command) that uses it, then try again."
            ) from error

        # A name in SQL is a table and never a variable of the program; not looking spares the interpreter's lock, too.
        self._connection.execute("set python_enable_replacements = false")

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """Give a cursor for one call; other threads take their own."""
        with self._lock:
            cursor = Cursor(self._connection.cursor())
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """Give a cursor whose work happens whole or, when an exception leaves the block, not at all."""
        with self.cursor() as cursor, cursor.transaction():
            yield cursor

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
        self._spill.cleanup()


def literal(text: str) -> str:
    """Write a text of ours, such as a pattern, into SQL where a parameter has no place."""
    return "'" + text.replace("'", "''") + "'"


def quote(identifier: str) -> str:
    """Quote a column name of a file, so that it can be nothing but a name in SQL."""
    return '"' + identifier.replace('"', '""') + '"'
