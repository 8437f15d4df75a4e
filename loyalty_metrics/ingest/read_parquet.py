"""Parquet files: read by the database where they lie, after a look at how much they unpack to.

A few bytes may stand for gigabytes: a text that is written once and repeated by number. The database can add up the
lengths of texts without writing any of them out, which takes a fraction of a second: so neither a process of its own,
which would cost half a second for every file, nor a copy is needed.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused, QueryFailed, QueryStopped
from loyalty_metrics.ingest.source import Source, SourceColumn, check_width

_ROW = "file_row_number"
_SUSPICIOUS = 256 << 20
_STEEPEST = 1000


def read_parquet(cursor: Cursor, name: str, path: Path) -> Source:
    """Give the rows of a Parquet file.

    Raises:
        ImportRefused: It is damaged, empty, or unpacks to far more than an honest file.
    """
    try:
        told = pq.read_metadata(path)
        names = [told.schema.column(i).path for i in range(told.num_columns)]
        sizes = _sizes(told)
    except (pa.ArrowException, OSError) as error:
        raise ImportRefused(_damaged(name)) from error
    if told.num_rows == 0:
        raise ImportRefused(f"{name} has columns but no rows.")
    check_width(name, len(names))
    if _ROW in map(str.casefold, names):
        raise ImportRefused(f"{name} has a column {_ROW}, by which the database numbers rows itself; rename it.")
    relation = f"read_parquet($path, {_ROW} = true, hive_partitioning = false)"
    parameters = {"path": str(path)}
    _check_size(name, path.stat().st_size, sum(size for size, _ in sizes))
    try:
        described = cursor.rows(f"describe select * from {relation}", parameters)
        columns = tuple(SourceColumn(column, column, sql_type) for column, sql_type, *_ in described if column != _ROW)
        source = Source(name, relation, f"{_ROW} + 1", columns, told.num_rows, parameters=parameters)
        if any(size * values > _SUSPICIOUS for size, values in sizes):
            _check_size(name, path.stat().st_size, _length_of_texts(cursor, source))
    except QueryStopped:
        raise
    except QueryFailed as error:
        raise ImportRefused(_damaged(name)) from error
    return source


def refuse_damaged(source: Source, failure: QueryFailed) -> None:
    """Say so when a query failed because the Parquet file it reads is damaged behind its first bytes."""
    if "path" not in source.parameters:
        return
    try:
        for _ in pq.ParquetFile(source.parameters["path"]).iter_batches():
            pass
    except (pa.ArrowException, OSError):
        raise ImportRefused(_damaged(source.name)) from failure


def _damaged(name: str) -> str:
    return f"{name} is a damaged Parquet file; export it again."


def _sizes(told: pq.FileMetaData) -> list[tuple[int, int]]:
    """The size and the number of values of each piece of a column, as the file tells them."""
    groups = [told.row_group(i) for i in range(told.num_row_groups)]
    pieces = [group.column(i) for group in groups for i in range(group.num_columns)]
    return [(piece.total_uncompressed_size, piece.num_values) for piece in pieces]


def _length_of_texts(cursor: Cursor, source: Source) -> int:
    texts = [column.sql for column in source.columns if column.is_text]
    lengths = " + ".join(f"coalesce(sum(strlen({sql})), 0)" for sql in texts) or "0"
    return int(cursor.value(f"select {lengths} from {source.relation}", source.parameters))


def _check_size(name: str, packed: int, unpacked: int) -> None:
    if unpacked > max(_SUSPICIOUS, _STEEPEST * packed):
        raise ImportRefused(
            f"{name} is {max(1, packed >> 10):,} KiB and would unpack to {unpacked >> 20:,} MiB, which no honest file "
            "does; export it as plain CSV instead."
        )
