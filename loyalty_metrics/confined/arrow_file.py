"""Tables as Arrow files, which the parent maps into its memory as they are."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa


def write(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
    """Write batches of one schema; give how many rows there were."""
    rows = 0
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def batch(schema: pa.Schema, rows: Sequence[Sequence[object]]) -> pa.RecordBatch:
    """Rows as a batch."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
