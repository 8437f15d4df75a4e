"""How ledgers made at random are counted: refund spellings, signs, flags and ways of writing numbers, at any row.

    python -m benchmarks.mutated_ledgers [--files 20000] [--begin 0] [--processes 2]

Each file is made by `tests.ingest.ledgers`, which adds up what is to be counted while it makes it, and is then imported
with nothing said of it. Of a hundred files, one has money taken away from row 1,500 on for the first time, and of a
thousand one from row 50,000 on; the others from row 5 on. A file is right if its net money is what it was made with and
the second account explains every cent; one that is asked about is told apart.
"""

import argparse
import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from loyalty_metrics.database import Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage
from tests.ingest.ledgers import make_ledger

_CHUNK = 100


def main() -> None:
    """Import the files, and print how many were right, by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--begin", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.begin, options.begin + options.files)
    chunks = [seeds[place : place + _CHUNK] for place in range(0, len(seeds), _CHUNK)]
    found: Counter[tuple[str, str]] = Counter()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done, results in enumerate(pool.imap_unordered(counted, chunks), 1):
            found.update((kind, outcome) for kind, outcome, _ in results)
            print(*(told for _, outcome, told in results if outcome != "right"), sep="\n", end="")
            if done % 10 == 0:
                print(
                    f"{done * _CHUNK:,} files, {sum(n for (_, o), n in found.items() if o == 'right'):,} right",
                    flush=True,
                )
    for kind in sorted({kind for kind, _ in found}):
        print(f"{kind:<24}", *(f"{outcome} {found[kind, outcome]:,}" for outcome in ("right", "asked", "wrong")))


def counted(seeds: range) -> list[tuple[str, str, str]]:
    """Kind, outcome and words of each file."""
    database = Database(None)
    with tempfile.TemporaryDirectory() as folder:
        results = list(_each(seeds, Path(folder), database))
    database.close()
    return results


def _each(seeds: range, folder: Path, database: Database) -> Iterator[tuple[str, str, str]]:
    for seed in seeds:
        ledger = make_ledger(seed, _first(seed))
        path = folder / f"{seed}.csv"
        path.write_text(ledger.text, encoding="utf-8")
        with database.cursor() as cursor:
            try:
                account = stage(cursor, path, ImportOptions()).second_account
                net = cursor.value("select sum(amount) from staged")
            except ImportRefused as refused:
                yield ledger.kind, "asked", f"{seed}: {refused}"
                continue
            finally:
                path.unlink()
        right = net == ledger.net and account is not None and account.is_explained
        yield ledger.kind, "right" if right else "wrong", f"{seed}, {ledger.numbers}: {net} and not {ledger.net}"


def _first(seed: int) -> int:
    """The row from which on money is taken away."""
    if seed % 1_000 == 999:
        return 50_000
    return 1_500 if seed % 100 == 99 else 5


if __name__ == "__main__":
    main()
