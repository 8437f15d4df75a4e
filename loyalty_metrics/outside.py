"""Rows from another database: a query through SQLAlchemy, written to a file that is imported like any other.

SQLAlchemy and the driver of the database are not installed with the product; who needs them is told which.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.source import unique_headers
from loyalty_metrics.ingest.watch import Watch

BATCH = 50_000
_SHOWN = 80
_STREAMED = {"stream_results": True, "max_row_buffer": BATCH, "no_parameters": True}
"""Rows come as they are asked for, and a % in the query is a %."""
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
"""The driver that a plain address means."""

_PACKAGES = {"psycopg": "psycopg[binary]"}
"""The package that brings a driver, where it is called otherwise."""


@contextmanager
def fetched(cursor: Cursor, url: str, query: str, watch: Watch) -> Iterator[tuple[Path, str]]:
    """Run a query elsewhere and give its rows as a Parquet file, for as long as the block lasts.

    Args:
        cursor: Puts the batches together.
        url: As SQLAlchemy writes it: `postgresql://user:password@host/database`.
        query: One SELECT.
        watch: Is told how many rows have come.

    Yields:
        The file, and what to call it: the address without its password, and the query.
    """
    with TemporaryDirectory(prefix="loyalty-query-", ignore_cleanup_errors=True) as folder:
        engine, name = _engine(url)
        try:
            parts = _write_parts(engine, query, name, Path(folder), watch)
        finally:
            engine.dispose()
        whole = Path(folder) / "query.parquet"
        cursor.run(
            "copy (select * from read_parquet($parts, union_by_name = true)) to $whole (format parquet)",
            {"parts": parts, "whole": str(whole)},
        )
        yield whole, f"{name}: {' '.join(query.split())[:_SHOWN]}"


def _engine(url: str) -> tuple[Any, str]:
    """Open the way to a database, and say what to call it."""
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise ImportRefused("Importing from a database needs SQLAlchemy: pip install sqlalchemy.") from error
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ImportRefused(
            "The address of the database cannot be read; write it as postgresql://user:password@host/database."
        ) from error
    address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
    try:
        engine = sa.create_engine(address)
    except sa.exc.NoSuchModuleError as error:
        raise ImportRefused(f"There is no kind of database {address.drivername}.") from error
    except ImportError as error:
        package = _PACKAGES.get(str(error.name), error.name)
        raise ImportRefused(f"The driver of {address.drivername} is missing: pip install {package}.") from error
    return engine, address.set(query={}).render_as_string(hide_password=True)


def _write_parts(engine: Any, query: str, name: str, folder: Path, watch: Watch) -> list[str]:
    """Write the rows batch by batch, each with the types its values have; the reader makes them agree."""
    import sqlalchemy as sa

    watch.step("Fetching rows")
    parts: list[str] = []
    try:
        with engine.connect().execution_options(**_STREAMED) as connection:
            found = connection.exec_driver_sql(query)
            if not found.returns_rows:
                raise ImportRefused("The query brings no rows: write one SELECT.")
            headers = list(unique_headers(found.keys()))
            for batch in found.partitions(BATCH):
                columns = [_column(values) for values in zip(*batch, strict=True)]
                parts.append(str(folder / f"{len(parts)}.parquet"))
                pq.write_table(pa.Table.from_arrays(columns, names=headers), parts[-1])
                watch.advance((len(parts) - 1) * BATCH + len(batch))
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise ImportRefused(f"{name} does not answer the query: {_without_secrets(reason, engine.url)}") from error
    if not parts:
        raise ImportRefused(f"The query on {name} brings no rows.")
    return parts


def _without_secrets(text: str, address: Any) -> str:
    secrets = [address.password, *(value for key, value in address.query.items() if "pass" in key.lower())]
    for secret in secrets:
        text = text.replace(str(secret), "***") if secret else text
    return text


def _column(values: tuple[Any, ...]) -> pa.Array:
    """Values of one column as Arrow, in one of a few types that can be widened into each other; else as text."""
    kinds = frozenset(type(value) for value in values if value is not None)
    try:
        if not kinds:
            return pa.nulls(len(values), pa.int32())
        if kinds <= {int, Decimal} and all(value is None or _is_whole(value) for value in values):
            return pa.array([None if value is None else int(value) for value in values], pa.int64())
        if kinds in _ARROW:
            return pa.array(values, _ARROW[kinds])
        if kinds == {datetime} and all(value is None or value.tzinfo for value in values):
            return pa.array(values, pa.timestamp("us", "UTC"))
        if kinds == {datetime} and not any(value and value.tzinfo for value in values):
            return pa.array(values, pa.timestamp("us"))
    except (pa.ArrowInvalid, OverflowError):  # too large or too exact for the type
        pass
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _is_whole(value: int | Decimal) -> bool:
    """Whether a number was declared without decimals, as ids are."""
    return isinstance(value, int) or (value.is_finite() and int(value.as_tuple().exponent) >= 0)


_ARROW = {
    frozenset({bool}): pa.bool_(),
    frozenset({float}): pa.float64(),
    frozenset({int, float}): pa.float64(),
    frozenset({Decimal}): pa.decimal128(38, 10),
    frozenset({int, Decimal}): pa.decimal128(38, 10),
    frozenset({date}): pa.date32(),
    frozenset({str}): pa.string(),
}
