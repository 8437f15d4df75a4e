"""Make the sample shop 'Harbour Coffee': `python data/generate_sample.py [--out data/sample] [--seed N]`.

Every table of `loyalty_metrics.schema` becomes one Parquet file. The same seed gives the same tables.
"""

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sample_shop.books import actions_table, costs_table
from sample_shop.people import customers_table, draw_people
from sample_shop.programme import (
    joining_times,
    points_table,
    referrals_table,
    tiers_table,
)
from sample_shop.simulate import simulate
from sample_shop.staffing import hire
from sample_shop.till import ring_up
from sample_shop.voice import complaints_table, contacts_table, surveys_table, with_elsewhere

HERE = Path(__file__).resolve().parent
SEED = 20230701
ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "money": pa.decimal128(18, 4),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


def _canonical_tables() -> dict[str, Any]:
    """`TABLES` of the package's schema module, read from its file so that nothing needs to be installed."""
    spec = importlib.util.spec_from_file_location("sample_schema", HERE.parent / "loyalty_metrics" / "schema.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.TABLES


TABLES = _canonical_tables()


def build_frames(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Simulate the shop.

    Args:
        seed: Each part draws from its own stream, so a change in one part leaves the others as they were.

    Returns:
        A frame for each canonical table; frames may hold working columns besides.
    """
    streams = iter(np.random.default_rng(seed).spawn(11))
    people = draw_people(next(streams))
    history = simulate(people, next(streams))
    roster = hire(next(streams))
    till = ring_up(history, people, roster, next(streams))
    joined_at = joining_times(history, people, till)
    referrals, referred_by = referrals_table(people, till, next(streams))
    customers = customers_table(people, joined_at, referred_by, next(streams))
    complaints = complaints_table(history, till, roster, next(streams))
    contacts = contacts_table(history, customers, complaints, till, people, rng := next(streams))
    return {
        "transactions": till.transactions,
        "customers": customers,
        "points": points_table(till, complaints, joined_at, next(streams)),
        "tiers": tiers_table(history, joined_at),
        "referrals": referrals,
        "surveys": with_elsewhere(surveys_table(history, next(streams)), next(streams)),
        "complaints": complaints,
        "contacts": contacts,
        "costs": costs_table(customers, people, till, contacts, complaints, rng),
        "staff": roster.table,
        "actions": actions_table(),
    }


def to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """The columns of the canonical table `name`, in its order and types; absent columns are empty."""
    columns = TABLES[name].columns
    arrays = []
    for column in columns:
        wanted = ARROW_TYPES[column.type]
        if column.name not in frame:
            arrays.append(pa.nulls(len(frame), wanted))
            continue
        values = frame[column.name]
        natural = pa.float64() if column.type in ("money", "number") else None
        arrays.append(pa.array(values, type=natural, from_pandas=True).cast(wanted))
    return pa.table(arrays, names=[column.name for column in columns])


def build(seed: int = SEED) -> dict[str, pa.Table]:
    """All canonical tables of the sample shop."""
    frames = build_frames(seed)
    return {name: to_arrow(name, frames[name]) for name in TABLES}


def write(tables: dict[str, pa.Table], out: Path) -> None:
    """Write one Parquet file per table."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, out / f"{name}.parquet", compression="zstd", compression_level=15)


def main() -> None:
    """Read the command line, build the tables, write them and say how large they are."""
    parser = argparse.ArgumentParser(description="Make the sample shop 'Harbour Coffee'.")
    parser.add_argument("--out", type=Path, default=HERE / "sample", help="folder for the Parquet files")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the random numbers")
    options = parser.parse_args()
    tables = build(options.seed)
    write(tables, options.out)
    for name, table in tables.items():
        size = (options.out / f"{name}.parquet").stat().st_size
        print(f"{name:13}{table.num_rows:>9,} rows {size / 1024:>8,.0f} KiB")


if __name__ == "__main__":
    main()
