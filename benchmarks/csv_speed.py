"""How long a large CSV takes to import and how much memory, against DuckDB's own typed read into a table, in one run.

    python -m benchmarks.csv_speed [--lines 10000000] [--rounds 3]

It makes a seeded file of order lines (about ten a customer, two an order). The floor is `create table t as select *
from read_csv(...)` with every type given, into a new database file. Ours is the whole import into a new workspace:
encoding, layout, columns, every row checked, the account in rows and money, customers keyed,
lines written; and, told apart, the rebuilding of what makes questions quick, which the first question after an import
does. Each run is a process of its own, whose peak memory is its own too. Beside the time on the clock stands that of
the processor, which says more on a machine that does other work as well.
"""

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from loyalty_metrics import Workspace

LINES = """
copy (
    select
        i // 2 as order_id,
        printf('C%08d', cast(floor({lines} / 10 * pow(hash(i // 2 + 7) / 18446744073709551616.0, 1.6)) as bigint))
            as customer_id,
        strftime(timestamp '2023-01-01' + to_seconds(cast((i // 2) * (1096 * 86400.0 / ({lines} / 2)) as bigint)),
            '%Y-%m-%d %H:%M:%S') as ordered_at,
        ['Coffee', 'Tea', 'Cups', 'Filters', 'Cake', 'Gifts'][cast(1 + hash(i * 3 + 1) % 6 as bigint)] as category,
        ['web', 'shop', 'app'][cast(1 + hash(i // 2 * 5 + 2) % 3 as bigint)] as channel,
        1 + hash(i * 7) % 4 as quantity,
        cast((1 + hash(i * 11) % 12000) / 100.0 as decimal(9, 2)) as amount
    from range({lines}) as r(i)
) to '{path}' (header)
"""
TYPES = {
    "order_id": "bigint",
    "customer_id": "varchar",
    "ordered_at": "timestamp",
    "category": "varchar",
    "channel": "varchar",
    "quantity": "double",
    "amount": "decimal(18, 4)",
}


Run = dict[str, float]


def main() -> None:
    """Run both in turns and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    floors: list[Run] = []
    imports: list[tuple[Run, Run]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.csv"
        duckdb.execute(LINES.format(lines=options.lines, path=file))
        for _ in range(options.rounds):
            floors.append(in_a_process(typed_read, file))
            imports.append(in_a_process(whole_import, file))
    ours = [loaded for loaded, _ in imports]
    print(f"{options.lines:,} lines")
    tell("DuckDB's typed read", floors)
    tell("import", ours)
    tell("rebuilding for the first question", [derived for _, derived in imports])
    for what in ("seconds", "processor"):
        print(f"ratio of import to typed read, {what}: {median(ours, what) / median(floors, what):.2f}")


def tell(name: str, runs: list[Run]) -> None:
    """Print what something took: medians, and the most memory of any run."""
    memory = max(run["memory"] for run in runs)
    seconds, processor = median(runs, "seconds"), median(runs, "processor")
    print(f"{name:<34} {seconds:6.1f} s, processor {processor:6.1f} s, memory {memory:6,.0f} MiB")


def median(runs: list[Run], what: str) -> float:
    """The median of one figure of several runs."""
    return statistics.median(run[what] for run in runs)


def in_a_process(work: Callable[[Path], Any], file: Path) -> Any:
    """Do the work in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (file,))


def measured(work: Callable[[], None]) -> Run:
    """Do something, and say what it took; the memory is the most of this process so far, in MiB."""
    begin, busy = time.perf_counter(), time.process_time()
    work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - begin, "processor": time.process_time() - busy, "memory": memory}


def typed_read(file: Path) -> Run:
    """The floor: what DuckDB itself needs."""
    with tempfile.TemporaryDirectory() as folder:
        return measured(lambda: read_into(Path(folder) / "floor.duckdb", file))


def read_into(database: Path, file: Path) -> None:
    """Read a file into a table, with every type given."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            "create table t as select * from read_csv($file, columns = $types, header = true)",
            {"file": str(file), "types": TYPES},
        )


def whole_import(file: Path) -> tuple[Run, Run]:
    """Ours: a new workspace with the file imported, and the rebuilding that the first question does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ours.duckdb"
        return (
            measured(lambda: in_workspace(path, lambda workspace: workspace.import_file(file))),
            measured(lambda: in_workspace(path, Workspace.derive)),
        )


def in_workspace(path: Path, work: Callable[[Workspace], object]) -> None:
    """Open a workspace, do something with it, and close it."""
    workspace = Workspace.open(path)
    work(workspace)
    workspace.close()


if __name__ == "__main__":
    main()
