"""Parquet files: looked at by a process of their own, then read by the database where they lie."""

from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused, QueryFailed
from loyalty_metrics.ingest.confined import Broken, Confined, Damaged
from loyalty_metrics.ingest.source import Source, SourceColumn, check_width
from loyalty_metrics.ingest.watch import Watch

_ROW = "file_row_number"


def read_parquet(cursor: Cursor, name: str, path: Path, watch: Watch) -> Source:
    """Give the rows of a Parquet file.

    The other process only looks whether the file unpacks to what an honest one does: the database goes on reading it
    by itself, column by column, which is faster than any copy.

    Raises:
        ImportRefused: It is damaged, empty, or unpacks to far more than an honest file.
    """
    watch.step("Looking at the Parquet file")
    damaged_file = f"{name} is a damaged Parquet file; export it again."
    try:
        with Confined(name, path, "parquet", watch) as child:
            told = child.ask("look", size=path.stat().st_size)
    except Broken as broken:
        raise ImportRefused(
            f"{name} takes far more {broken} than a file of its size may; export it as CSV."
        ) from broken
    except Damaged as damaged:
        raise ImportRefused(damaged_file) from damaged
    if told["rows"] == 0:
        raise ImportRefused(f"{name} has columns but no rows.")
    check_width(name, len(told["columns"]))
    if _ROW in map(str.casefold, told["columns"]):
        raise ImportRefused(f"{name} has a column {_ROW}, by which the database numbers rows itself; rename it.")
    relation = f"read_parquet($path, {_ROW} = true, hive_partitioning = false)"
    parameters = {"path": str(path)}
    try:
        described = cursor.rows(f"describe select * from {relation}", parameters)
    except QueryFailed as error:
        raise ImportRefused(damaged_file) from error
    columns = tuple(SourceColumn(column, column, sql_type) for column, sql_type, *_ in described if column != _ROW)
    return Source(name, relation, f"{_ROW} + 1", columns, told["rows"], parameters=parameters)
