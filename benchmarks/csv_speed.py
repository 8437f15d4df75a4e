"""How long a large CSV takes to import and how much memory, against DuckDB's own typed read into a table, in one run.

    python -m benchmarks.csv_speed [--lines 10000000] [--rounds 3]

It makes a seeded file of order lines (about ten a customer, two an order). The floor is `create table t as select *
from read_csv(...)` with every type given, into a new database file. Ours is the whole import into a new workspace:
encoding, layout, columns, every row checked, the account in rows and money, customers keyed, lines sorted by customer
and time; and, told apart, the rebuilding of what makes questions quick, which the first question after an import
does. Each run is a process of its own, whose peak memory is its own too.
"""

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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
    imports: list[Run] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.csv"
        duckdb.execute(LINES.format(lines=options.lines, path=file))
        for _ in range(options.rounds):
            floors.append(in_a_process(typed_read, file))
            imports.append(in_a_process(whole_import, file))
    floor, ours = (statistics.median(run["seconds"] for run in runs) for runs in (floors, imports))
    print(f"{options.lines:,} lines: DuckDB's typed read {floor:.1f} s, {peak(floors):,.0f} MiB")
    print(
        f"import {ours:.1f} s, {peak(imports):,.0f} MiB, ratio {ours / floor:.2f};"
        f" rebuilding for the first question {statistics.median(run['derived'] for run in imports):.1f} s more"
    )


def peak(runs: list[Run]) -> float:
    """The most memory that any of the runs took while reading, in MiB."""
    return max(run["memory"] for run in runs)


def in_a_process(work: Callable[[Path], Run], file: Path) -> Run:
    """Do the work in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (file,))


def memory_taken() -> float:
    """Peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def typed_read(file: Path) -> Run:
    """The floor: what DuckDB itself needs."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with duckdb.connect(str(Path(folder) / "floor.duckdb")) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute(
                "create table t as select * from read_csv($file, columns = $types, header = true)",
                {"file": str(file), "types": TYPES},
            )
        return {"seconds": time.perf_counter() - begin, "memory": memory_taken()}


def whole_import(file: Path) -> Run:
    """Ours: a new workspace with the file imported."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        workspace = Workspace.open(Path(folder) / "ours.duckdb")
        workspace.import_file(file)
        workspace.close()
        seconds, memory = time.perf_counter() - begin, memory_taken()
        workspace = Workspace.open(Path(folder) / "ours.duckdb")
        workspace.derive()
        workspace.close()
        derived = time.perf_counter() - begin - seconds
        return {"seconds": seconds, "memory": memory, "derived": derived}


if __name__ == "__main__":
    main()
