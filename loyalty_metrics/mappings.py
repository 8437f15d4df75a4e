"""Saved mappings: how files of one kind are read, remembered under a name with the answers the analyst gave."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused, LoyaltyError
from loyalty_metrics.ingest import ImportOptions
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.ingest.sketch import fingerprint
from loyalty_metrics.schema import TABLES

_OPENING = ("encoding", "delimiter", "sheet", "header_row")
"""Options that decide which headers a file has."""

_OPTIONS = {field.name for field in fields(ImportOptions)} - {"table", "table_is_said"}


@dataclass(frozen=True)
class SavedMapping:
    """One way of reading one kind of file.

    Attributes:
        name: What people call it.
        fingerprint: The kind of file; see `FileSketch.fingerprint`.
        table: Which table the rows belong to.
        options: What the analyst said: columns, formats, answers; see `ingest.ImportOptions`.
        saved_at: When, in UTC.
    """

    name: str
    fingerprint: str
    table: str
    options: dict[str, Any]
    saved_at: datetime


def create(cursor: Cursor) -> None:
    """Lay out the table of mappings."""
    cursor.run(
        "create table saved_mappings (name varchar primary key, fingerprint varchar, table_name varchar,"
        " options varchar, saved_at timestamp)"
    )


def save(cursor: Cursor, name: str, kind: str, table: str, options: Mapping[str, Any]) -> None:
    """Remember a mapping; one of the same name is replaced."""
    if not name.strip():
        raise LoyaltyError("A mapping needs a name.")
    if table not in TABLES:
        raise LoyaltyError(f"There is no table {table!r}; there are {', '.join(TABLES)}.")
    unknown = ", ".join(sorted(set(options) - _OPTIONS))
    if unknown:
        raise LoyaltyError(f"There is no import option {unknown}; there are {', '.join(sorted(_OPTIONS))}.")
    told = {option: value for option, value in options.items() if value not in (None, {})}
    cursor.run(
        "insert or replace into saved_mappings"
        " values ($name, $kind, $table, $options, cast(timezone('UTC', now()) as timestamp))",
        {"name": name.strip(), "kind": kind, "table": table, "options": json.dumps(told, ensure_ascii=False)},
    )


def read(cursor: Cursor) -> list[SavedMapping]:
    """All mappings, the last saved first."""
    found = cursor.rows("select * from saved_mappings order by saved_at desc, name")
    return [
        SavedMapping(name, kind, table, json.loads(options), moment) for name, kind, table, options, moment in found
    ]


def fitting(cursor: Cursor, kind: str, table: str) -> SavedMapping | None:
    """The mapping for a kind of file: of several the last saved."""
    return next((found for found in read(cursor) if (found.fingerprint, found.table) == (kind, table)), None)


def for_file(cursor: Cursor, path: Path, table: str) -> SavedMapping | None:
    """The mapping whose kind a file is of, when it is opened as the mapping says."""
    kinds: dict[str, str | None] = {}
    for found in read(cursor):
        if found.table == table:
            opening = {name: found.options[name] for name in _OPENING if name in found.options}
            key = json.dumps(opening)
            if key not in kinds:
                kinds[key] = _kind(cursor, path, ImportOptions(table=table, **opening))
            if kinds[key] == found.fingerprint:
                return found
    return None


def _kind(cursor: Cursor, path: Path, options: ImportOptions) -> str | None:
    try:
        with open_source(cursor, path, options) as source:
            return fingerprint(TABLES[options.table], source)
    except ImportRefused:  # it will be told when the file is read in earnest
        return None


def forget(cursor: Cursor, name: str) -> None:
    """Drop a mapping."""
    if not cursor.rows("delete from saved_mappings where name = $name returning name", {"name": name}):
        raise LoyaltyError(f"There is no saved mapping {name!r}.")
