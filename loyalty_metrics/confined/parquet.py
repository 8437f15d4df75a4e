"""Parquet files: whether they may be unpacked, before the database does so row group by row group.

A few bytes may stand for gigabytes: a text that is written once and repeated by number. How much text there is at
most follows from the sizes that the file tells and from the texts that are repeated; only where that is far more than
the file itself is everything decoded and counted.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .refused import Refused

_SUSPICIOUS = 256 << 20
_STEEPEST = 1000
_FIXED = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}
_BATCH = 4096


def look(path: str, size: int) -> dict[str, Any]:
    """Count the rows of a file that unpacks to what an honest one does.

    Args:
        path: The file.
        size: Its size in bytes.
    """
    try:
        with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
            rows, names = file.metadata.num_rows, file.schema_arrow.names
        most = max(_SUSPICIOUS, _STEEPEST * size)
        if _told_size(path) > most and _true_size(path, most) > most:
            raise Refused(
                f"is {max(1, size >> 10):,} KiB and would unpack to more than {most >> 20:,} MiB, which no honest "
                "file does; export it as plain CSV instead."
            )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise Refused("is a damaged Parquet file; export it again.") from error
    return {"rows": rows, "columns": names}


def _told_size(path: str) -> int:
    """The most that the columns can unpack to: numbers have a width, texts are those written plainly or repeated."""
    total = 0
    with pq.ParquetFile(path, memory_map=True, pre_buffer=False, read_dictionary=_texts(path)) as file:
        for group in range(file.metadata.num_row_groups):
            told = file.metadata.row_group(group)
            longest: dict[str, int] | None = None
            for index in range(told.num_columns):
                chunk = told.column(index)
                width = _FIXED.get(chunk.physical_type)
                if width is not None:
                    total += width * chunk.num_values
                    continue
                total += chunk.total_uncompressed_size
                # Where the texts are short all together, none of them can be long.
                if chunk.total_uncompressed_size * chunk.num_values > _SUSPICIOUS:
                    longest = _longest_repeated(file, group) if longest is None else longest
                    total += longest.get(chunk.path_in_schema, 0) * chunk.num_values
    return total


def _texts(path: str) -> list[str]:
    schema = pq.read_schema(path)
    return [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_binary(f.type)]


def _longest_repeated(file: pq.ParquetFile, group: int) -> dict[str, int]:
    """The longest text that a row group repeats, by column: its first row brings all of them along."""
    for batch in file.iter_batches(batch_size=1, row_groups=[group], use_threads=False):
        return {
            name: pc.max(pc.binary_length(column.dictionary)).as_py() or 0
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
            if pa.types.is_dictionary(column.type)
        }
    return {}


def _true_size(path: str, most: int) -> int:
    """What the columns unpack to, counted until it is too much; repeated texts are counted without being written."""
    total = 0
    with pq.ParquetFile(path, memory_map=True, pre_buffer=False, read_dictionary=_texts(path)) as file:
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            for column in batch.columns:
                total += _size(column)
            if total > most:
                break
    return total


def _size(column: pa.Array) -> int:
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary)
    return pc.sum(pc.take(pc.cast(lengths, pa.int64()), column.indices)).as_py() or 0
