"""Have a file opened by a process of its own, with bounded memory and time: what breaks it leaves this one alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Any

import pyarrow as pa

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.watch import Watch

MEMORY = "LOYALTY_METRICS_FILE_MEMORY"
"""Environment variable with how many MiB of memory opening one workbook, JSON or SQLite file may take."""

_MOST_MEMORY = 3072
_START = "import sys; sys.path.append(sys.argv[1]); from confined.main import main; main()"
_LEAST_SECONDS = 60
_SECONDS_A_MEBIBYTE = 5
_QUIET = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}


class Broken(Exception):
    """The process ended without an answer, or the file asked for more memory or time than it may have."""


class Damaged(Exception):
    """The file cannot be read; the message is the library's own."""


class Confined:
    """One process that opens one file, as long as a `with` block lasts; it is asked one thing after the other."""

    def __init__(self, name: str, path: Path, kind: str, watch: Watch) -> None:
        """Begin.

        Args:
            name: What people call the file.
            path: Where it lies.
            kind: The part of `loyalty_metrics.confined` that opens it.
            watch: Ends the process when the import is cancelled.
        """
        self._name = name
        self._path = path
        self._kind = kind
        self._watch = watch
        self._is_late = False

    def __enter__(self) -> "Confined":
        """Start the process."""
        folder = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - this program's own code, by the interpreter that runs it
            [sys.executable, "-c", _START, folder, str(memory() << 20)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=os.environ | _QUIET,
        )
        self._watch.on_cancel(self._process.kill)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def ask(self, task: str, **asked: Any) -> dict[str, Any]:
        """Have something done with the file.

        Raises:
            ImportRefused: The file is not read, and why.
            Broken: It asks for far too much.
            Damaged: It cannot be read.
            ImportCancelled: The watch was told to cancel.
        """
        request = {"kind": self._kind, "task": task, "path": str(self._path), **asked}
        with self._in_time():
            answer = self._answer(json.dumps(request))
        self._watch.check()
        if answer is None or "too_large" in answer:
            raise Broken("time" if self._is_late else "memory")
        if "refused" in answer:
            raise ImportRefused(f"{self._name} {answer['refused']}")
        if "damaged" in answer:
            raise Damaged(answer["damaged"])
        return answer

    def _answer(self, request: str) -> dict[str, Any] | None:
        stdin, stdout = _open(self._process.stdin), _open(self._process.stdout)
        try:
            stdin.write(f"{request}\n")
            stdin.flush()
            line = stdout.readline()
        except OSError:
            return None
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            return None
        return answer

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """End the process where it takes longer than a file of its size may."""
        size = self._path.stat().st_size >> 20
        timer = Timer(_LEAST_SECONDS + _SECONDS_A_MEBIBYTE * size, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end_late(self) -> None:
        self._is_late = True
        self._process.kill()


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ValueError("The process has no such pipe.")
    return pipe


def memory() -> int:
    """The MiB of memory that opening a file may take."""
    told = os.environ.get(MEMORY, "")
    return int(told) if told.isdecimal() and int(told) > 0 else _MOST_MEMORY


def read_arrow(file: str) -> pa.Table:
    """The table in an Arrow file, mapped into memory rather than read."""
    with pa.memory_map(file) as mapped:
        return pa.ipc.open_file(mapped).read_all()
