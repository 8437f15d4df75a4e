"""SQLite databases: their tables and views, read only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import arrow_file
from .refused import Refused

_BATCH_CELLS = 400_000
_DAMAGED = "is a SQLite database that is damaged, locked or encrypted; export its table as CSV."


def look(path: str, rows: int) -> dict[str, Any]:
    """Look at the first rows of each table and view."""
    try:
        with closing(_open(path)) as database:
            names = database.execute(
                "select name from sqlite_master where type in ('table', 'view') and substr(name, 1, 7) <> 'sqlite_'"
                " order by rootpage = 0, rowid"
            ).fetchall()
            return {"sheets": [_look(database, name, rows) for (name,) in names]}
    except sqlite3.DatabaseError as error:
        raise Refused(_DAMAGED) from error


def _open(path: str) -> sqlite3.Connection:
    """Open a copy nobody writes to: `immutable` asks for no lock, and takes no journal of a crash for granted."""
    is_alone = not Path(f"{path}-wal").exists()
    database = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}", uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


def _look(database: sqlite3.Connection, name: str, rows: int) -> dict[str, Any]:
    try:
        cursor = database.execute(f"select * from {_quoted(name)} limit {int(rows)}")
        header = [column for column, *_ in cursor.description]
        head = [header, *([_text(cell) or "" for cell in row] for row in cursor)]
        count = database.execute(f"select count(*) from {_quoted(name)}").fetchone()[0]
    except sqlite3.OperationalError:  # a view on a table that is no longer there
        return {"name": name, "head": []}
    return {"name": name, "head": head if count else [], "height": count + 1}


def load(path: str, folder: str, name: str) -> dict[str, Any]:
    """Write a table as Arrow: numbers where all cells of a column are numbers, else text."""
    try:
        with closing(_open(path)) as database:
            schema = _schema(database, name)
            target = Path(folder) / f"table_{len(list(Path(folder).glob('table_*.arrow')))}.arrow"
            cursor = database.execute(f"select * from {_quoted(name)}")
            rows = arrow_file.write(target, _batches(cursor, schema), schema)
    except sqlite3.DatabaseError as error:
        raise Refused(_DAMAGED) from error
    return {"file": str(target), "rows": rows}


def _schema(database: sqlite3.Connection, name: str) -> pa.Schema:
    columns = [column for column, *_ in database.execute(f"select * from {_quoted(name)} limit 0").description]
    fields = []
    for number, _ in enumerate(columns, 1):
        # Named by place: a view may have two columns of one name.
        places = ", ".join(f"c{i}" for i in range(1, len(columns) + 1))
        kinds = {
            kind
            for (kind,) in database.execute(
                f"with rows({places}) as (select * from {_quoted(name)}) select distinct typeof(c{number}) from rows"
            )
        } - {"null"}
        type_ = pa.int64() if kinds == {"integer"} else pa.float64() if kinds == {"real"} else pa.string()
        fields.append((f"c{number}", type_))
    return pa.schema(fields)


def _batches(cursor: sqlite3.Cursor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    is_text = [pa.types.is_string(one.type) for one in schema]
    while rows := cursor.fetchmany(max(1, _BATCH_CELLS // len(schema))):
        yield arrow_file.batch(
            schema,
            [[_text(cell) if text else cell for cell, text in zip(row, is_text, strict=True)] for row in rows],
        )


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace").replace("\0", "")
    return str(cell)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
